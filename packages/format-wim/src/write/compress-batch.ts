import type { Compression, Encoder } from '../codec/codec.ts'
import { encoderFor } from '../codec/index.ts'

/** Whole chunks, one after another; only the last may be shorter. */
export interface Batch {
  readonly compression: Exclude<Compression, 'none'>
  readonly chunkSize: number
  readonly data: Uint8Array<ArrayBuffer>
}
/** The same chunks, compressed where that makes them smaller. */
export interface CompressedBatch {
  readonly sizes: readonly number[]
  readonly data: Uint8Array<ArrayBuffer>
}

/** Compresses batch after batch; encoders are kept. */
export function batchCompressor(): (batch: Batch) => CompressedBatch {
  const encoders = new Map<string, Encoder>()
  return ({ compression, chunkSize, data }) => {
    const key = `${compression} ${chunkSize}`
    const encode = encoders.get(key) ?? encoderFor(compression, chunkSize)
    encoders.set(key, encode)
    const sizes: number[] = []
    const output = new Uint8Array(data.length)
    let end = 0
    for (let at = 0; at < data.length; at += chunkSize) {
      const chunk = data.subarray(at, at + chunkSize)
      const size = encode(chunk, output.subarray(end, end + chunk.length))
      if (size === 0) output.set(chunk, end)
      sizes.push(size || chunk.length)
      end += size || chunk.length
    }
    return { sizes, data: output.slice(0, end) }
  }
}
