import { createHash, type Hash } from 'node:crypto'
import * as z from 'zod'
import { type Blob, sha256 } from '../documents/published-sequence.ts'

/** Bytes. Smaller ones cost a request each, larger ones hold more of what did not change. */
const SIZE = { least: 256 << 10, wanted: 1 << 20, most: 4 << 20 } as const
/** A file that is smaller than this is one blob. Bytes. */
export const CHUNKED_FROM: number = 4 << 20
/** Bits of the rolling hash that are zero where a chunk ends: more of them before it has the wanted size, fewer after. */
const BITS = { before: 22, after: 18 } as const

/** What a byte adds to the rolling hash: any numbers would do that are the same everywhere and always. */
const GEAR = Uint32Array.from({ length: 256 }, (_, byte) =>
  createHash('sha256').update(`gear ${byte}`).digest().readUInt32LE(0),
)

/**
 * Where files are cut depends on what is around, not on how far it is from the start (FastCDC, Xia et al. 2016, with a hash of 32 bits): what
 * was put in or left out changes the chunks around it, and no others.
 */
export async function chunksOf(source: AsyncIterable<Uint8Array>): Promise<readonly Blob[]> {
  const found: Blob[] = []
  let hash: Hash = createHash('sha256')
  let size = 0
  let rolling = 0
  const end = (): void => {
    found.push({ sha256: hash.digest('hex'), size })
    hash = createHash('sha256')
    size = 0
    rolling = 0
  }
  for await (const data of source) {
    let from = 0
    let at = 0
    while (at < data.length) {
      // Nothing ends before the least size, and the hash knows the last 32 bytes only.
      const skipped = Math.min(Math.max(SIZE.least - 32 - size, 0), data.length - at)
      at += skipped
      let length = size + skipped
      let isEnd = false
      while (at < data.length && !isEnd) {
        rolling = ((rolling << 1) + GEAR[data[at]!]!) | 0
        at += 1
        length += 1
        if (length < SIZE.least) continue
        isEnd = rolling >>> (length < SIZE.wanted ? 32 - BITS.before : 32 - BITS.after) === 0 || length === SIZE.most
      }
      hash.update(data.subarray(from, at))
      size = length
      from = at
      if (isEnd) end()
    }
  }
  if (size > 0) end()
  return found
}

const list: z.ZodType<readonly Blob[]> = z.array(z.strictObject({ sha256, size: z.int().min(1) }))
/** Chunks of one file, in order. */
export const encodeChunks = (chunks: readonly Blob[]): Uint8Array =>
  Buffer.from(JSON.stringify(chunks.map(chunk => ({ sha256: chunk.sha256, size: chunk.size }))))
/** Throws for what is no list of chunks. */
export const decodeChunks = (data: Uint8Array): readonly Blob[] => list.parse(JSON.parse(Buffer.from(data).toString()))
