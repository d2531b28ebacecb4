import type { Reader } from '@bootwright/bytes'
import { broken } from '../errors.ts'
import { BLOCK_SIZE, blocksFor } from '../structures/blocks.ts'
import { decodeRecord, type ReadDirectoryRecord } from '../structures/directory-record.ts'

/** A record with its place: bytes from the start of the image. */
export interface PlacedRecord extends ReadDirectoryRecord {
  readonly offset: number
  readonly systemUseOffset: number
}

/** Blocks that are read at a time. */
const BATCH_BLOCKS = 64

/** The records of the directory that `record` stands for, itself and the one above first. Throws {@link IsoError} `OUTSIDE` or `DIRECTORY_RECORD`. */
export async function* readDirectory(
  reader: Reader,
  record: Pick<ReadDirectoryRecord, 'block' | 'size' | 'attributeBlocks'>,
): AsyncGenerator<PlacedRecord> {
  const start = (record.block + record.attributeBlocks) * BLOCK_SIZE
  const end = start + blocksFor(record.size) * BLOCK_SIZE
  if (end > reader.size)
    throw broken('OUTSIDE', 'directory', start, `it has ${record.size} bytes; the image ends at byte ${reader.size}`)
  for (let batch = start; batch < end; batch += BATCH_BLOCKS * BLOCK_SIZE) {
    const bytes = Buffer.from((await reader.read(batch, Math.min(BATCH_BLOCKS * BLOCK_SIZE, end - batch))).buffer)
    for (let block = 0; block < bytes.length; block += BLOCK_SIZE)
      yield* recordsOf(bytes.subarray(block, block + BLOCK_SIZE), batch + block)
  }
}

/** A length of 0 ends the records of a block (ECMA-119 6.8.1.1). */
function* recordsOf(block: Buffer, offset: number): Iterable<PlacedRecord> {
  for (let position = 0; position < BLOCK_SIZE && block[position] !== 0; ) {
    const record = decodeRecord(block.subarray(position), offset + position)
    yield {
      ...record,
      offset: offset + position,
      systemUseOffset: offset + position + record.length - record.systemUse.length,
    }
    position += record.length
  }
}
