import { createHash, type Hash } from 'node:crypto'
import * as z from 'zod'
import type { Blob } from '../documents/blob.ts'
import { sha256 } from '../documents/fields.ts'

/** Sizes of chunks in bytes. Smaller chunks cost more requests, larger ones resend more unchanged data. */
const SIZE = { minimum: 256 << 10, average: 1 << 20, maximum: 4 << 20 } as const
/** Bytes: smaller files are stored as one blob. */
export const CHUNKING_THRESHOLD: number = 4 << 20
/** Zero bits of the rolling hash that end a chunk: more below the average size, fewer above it. */
const BITS = { before: 22, after: 18 } as const

/** Contribution of each byte value to the rolling hash: arbitrary constants, part of the format. */
const GEAR = Uint32Array.from({ length: 256 }, (_, byte) =>
  createHash('sha256').update(`gear ${byte}`).digest().readUInt32LE(0),
)

/**
 * Splits data into content-defined chunks (FastCDC, Xia et al. 2016, with a 32-bit hash): an insertion or deletion changes only the chunks
 * around it.
 */
export async function chunksOf(source: AsyncIterable<Uint8Array>): Promise<readonly Blob[]> {
  const result: Blob[] = []
  let hash: Hash = createHash('sha256')
  let size = 0
  let rolling = 0
  const end = (): void => {
    result.push({ sha256: hash.digest('hex'), size })
    hash = createHash('sha256')
    size = 0
    rolling = 0
  }
  for await (const data of source) {
    let from = 0
    let at = 0
    while (at < data.length) {
      // No chunk ends below the minimum size, and the hash covers only the last 32 bytes.
      const skipped = Math.min(Math.max(SIZE.minimum - 32 - size, 0), data.length - at)
      at += skipped
      let length = size + skipped
      let isEnd = false
      while (at < data.length && !isEnd) {
        rolling = ((rolling << 1) + GEAR[data[at]!]!) | 0
        at += 1
        length += 1
        if (length < SIZE.minimum) continue
        isEnd =
          rolling >>> (length < SIZE.average ? 32 - BITS.before : 32 - BITS.after) === 0 || length === SIZE.maximum
      }
      hash.update(data.subarray(from, at))
      size = length
      from = at
      if (isEnd) end()
    }
  }
  if (size > 0) end()
  return result
}

const list: z.ZodType<readonly Blob[]> = z.array(z.strictObject({ sha256, size: z.int().min(1) }))
/** Encodes the chunk list of one file, in order. */
export const encodeChunks = (chunks: readonly Blob[]): Uint8Array =>
  Buffer.from(JSON.stringify(chunks.map(chunk => ({ sha256: chunk.sha256, size: chunk.size }))))
/** Decodes a chunk list. Throws when it is invalid. */
export const decodeChunks = (data: Uint8Array): readonly Blob[] => list.parse(JSON.parse(Buffer.from(data).toString()))
