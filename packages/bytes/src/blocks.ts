import type { Bytes, Segment } from './bytes.ts'
import { BytesError } from './errors.ts'

/** A piece of the output that is filled, hashed and written as a unit. */
export interface Block {
  readonly offset: number
  readonly length: number
  readonly segments: readonly Segment[]
  /** Zeros alone, which may become a hole. */
  readonly isZero: boolean
}

/**
 * Cuts `bytes` into blocks of `blockSize` at multiples of it, the last one shorter. Throws {@link BytesError} `SEGMENTS_LENGTH` when the
 * segments do not add up to `size`: the output would be torn.
 */
export function* blocksOf(bytes: Bytes, blockSize: number): Iterable<Block> {
  let offset = 0
  let length = 0
  let segments: Segment[] = []
  const take = (): Block => {
    const block = { offset, length, segments, isZero: segments.every(segment => segment.kind === 'zero') }
    offset += length
    length = 0
    segments = []
    return block
  }
  for (const segment of bytes.segments()) {
    for (let done = 0; done < segment.length; ) {
      const part = Math.min(segment.length - done, blockSize - length)
      segments.push(part === segment.length ? segment : sliceSegment(segment, done, part))
      done += part
      length += part
      if (length === blockSize) yield take()
    }
  }
  if (offset + length !== bytes.size)
    throw new BytesError(
      'SEGMENTS_LENGTH',
      `some bytes have the size ${bytes.size} and segments of ${offset + length} bytes; whoever made them must mend one of the two`,
    )
  if (length > 0) yield take()
}

function sliceSegment(segment: Segment, from: number, length: number): Segment {
  if (segment.kind === 'zero') return { kind: 'zero', length }
  if (segment.kind === 'memory') return { kind: 'memory', data: segment.data.subarray(from, from + length), length }
  return { ...segment, offset: segment.offset + from, length }
}
