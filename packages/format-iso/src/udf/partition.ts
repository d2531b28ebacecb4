import { type Bytes, concat, type Reader, slice, zeros } from '@bootwright/bytes'
import { broken } from '../errors.ts'
import { BLOCK_SIZE } from '../structures/blocks.ts'
import { type Allocation, decodeFileEntry, type FileEntry } from './read-file-entry.ts'
import type { Volume } from './read-volume.ts'

/** Blocks that the descriptors of one file may go on in. */
const CONTINUATION_LIMIT = 4096

export interface Partition {
  /** Byte of the image. */
  offset(block: number): number
  /** Throws {@link IsoError} `OUTSIDE`. */
  block(number: number): Promise<Buffer>
  content(entry: FileEntry, path: string): Bytes
  /** The file entry at a block, with all its extents. */
  entry(block: number): Promise<FileEntry>
}

export function openPartition(bytes: Bytes, reader: Reader, { start, blocks }: Volume): Partition {
  const offset = (block: number): number => (start + block) * BLOCK_SIZE
  const block = async (number: number): Promise<Buffer> => {
    if (number >= blocks || offset(number) + BLOCK_SIZE > bytes.size)
      throw broken(
        'OUTSIDE',
        'block of the partition',
        offset(number),
        `the partition has ${blocks}, the image ends at byte ${bytes.size}`,
      )
    return Buffer.from(await reader.read(offset(number), BLOCK_SIZE))
  }
  return {
    offset,
    block,
    content({ size, embedded, allocations }, path) {
      if (embedded) return embedded
      const parts: Bytes[] = []
      let done = 0
      for (const { block: first, length, isRecorded } of allocations) {
        const used = Math.min(length, size - done)
        done += used
        if (!isRecorded) parts.push(zeros(used))
        else if (offset(first) + used > bytes.size || first + Math.ceil(used / BLOCK_SIZE) > blocks)
          throw broken(
            'OUTSIDE',
            'file entry',
            offset(first),
            `"${path}" ends at byte ${offset(first) + used}, outside of the partition`,
          )
        else parts.push(slice(bytes, offset(first), offset(first) + used))
      }
      if (done < size)
        throw broken('UDF_FILE', 'file entry', 0, `"${path}" has ${size} bytes; its extents have ${done}`)
      return concat(parts)
    },
    async entry(number) {
      const place = offset(number)
      const entry = decodeFileEntry(await block(number), place)
      const allocations: Allocation[] = [...entry.allocations]
      // Descriptors may go on elsewhere, but not for ever.
      for (let next = entry.next, steps = 0; next !== undefined; steps++) {
        if (steps > CONTINUATION_LIMIT) throw broken('LIMIT', 'file entry', place, 'its extents go on for ever')
        const more = entry.more(await block(next), offset(next))
        allocations.push(...more.allocations)
        next = more.next
      }
      return { ...entry, allocations }
    },
  }
}
