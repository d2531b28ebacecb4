import type { Reader } from '@bootwright/bytes'
import { CorruptChunkError, type Decoder } from '../codec/codec.ts'
import type { Decoders } from '../codec/index.ts'
import { WimError } from '../error.ts'
import type { ChunkTable } from '../structures/chunk-table.ts'

/** Bytes that are read at once when chunks are small. */
const BATCH_SIZE = 1 << 20

/** Decompresses bytes `from` to `to` of a resource; what is yielded is valid until the next. Throws {@link WimError}. */
export async function* readChunks(
  reader: Reader,
  table: ChunkTable,
  decoders: Decoders,
  { from, to, signal }: { readonly from: number; readonly to: number; readonly signal?: AbortSignal | undefined },
): AsyncGenerator<Uint8Array, void, undefined> {
  const { compression, chunkSize } = table
  using lent = decoders.take(compression, chunkSize, Math.min(chunkSize, table.size))
  const end = Math.ceil(to / chunkSize)
  let batch = readBatch(reader, table, Math.floor(from / chunkSize), end)
  while (batch) {
    signal?.throwIfAborted()
    const { first, past } = batch
    const data = await batch.data
    batch = readBatch(reader, table, past, end)
    // The next batch is read while this one is decompressed.
    batch?.data.catch(() => {})
    for (let chunk = first; chunk < past; chunk++) {
      const start = chunk * chunkSize
      const offset = table.offsets[chunk]! - table.offsets[first]!
      const input = data.subarray(offset, offset + table.offsets[chunk + 1]! - table.offsets[chunk]!)
      const whole = decodeChunk(lent.decode, table, chunk, input, lent.output)
      yield whole.subarray(Math.max(0, from - start), Math.min(whole.length, to - start))
    }
  }
}

/** One chunk, in memory of its own. */
export async function readChunk(
  reader: Reader,
  table: ChunkTable,
  decoders: Decoders,
  chunk: number,
): Promise<Uint8Array> {
  const { offsets, chunkSize, size, compression } = table
  using lent = decoders.take(compression, chunkSize, Math.min(chunkSize, size))
  const input = await reader.read(offsets[chunk]!, offsets[chunk + 1]! - offsets[chunk]!)
  return decodeChunk(lent.decode, table, chunk, input, new Uint8Array(Math.min(chunkSize, size - chunk * chunkSize)))
}

interface Batch {
  readonly data: Promise<Uint8Array>
  /** Chunks from `first` up to `past`. */
  readonly first: number
  readonly past: number
}
function readBatch(reader: Reader, { offsets }: ChunkTable, first: number, end: number): Batch | undefined {
  if (first >= end) return undefined
  const start = offsets[first]!
  let past = first + 1
  while (past < end && offsets[past + 1]! - start <= BATCH_SIZE) past++
  return { data: reader.read(start, offsets[past]! - start), first, past }
}

/** Into the start of `output`, or the input itself when it was not compressed. */
function decodeChunk(
  decode: Decoder,
  { offsets, size, chunkSize }: ChunkTable,
  chunk: number,
  input: Uint8Array,
  output: Uint8Array,
): Uint8Array {
  const original = Math.min(chunkSize, size - chunk * chunkSize)
  if (input.length === original) return input
  const into = output.subarray(0, original)
  try {
    decode(input, into)
  } catch (cause) {
    if (!(cause instanceof CorruptChunkError)) throw cause
    throw new WimError('WIM_COMPRESSION', 'compressed data', cause.message, { offset: offsets[chunk]!, cause })
  }
  return into
}
