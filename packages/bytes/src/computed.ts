import { type Bytes, checkRange, type Segment } from './bytes.ts'

/** Content whose length is known now and which is produced, always the same, when it is needed. */
export interface Computation {
  /** What it is made of: two computations with one `id` produce the same bytes. Part of the fingerprint. */
  readonly id: string
  readonly size: number
  /** Produces exactly `size` bytes. Called once per pass over the medium. */
  produce(signal?: AbortSignal): Promise<Uint8Array> | AsyncIterable<Uint8Array>
}

/** Bytes that are produced on demand. A producer that yields another number of bytes fails with `COMPUTED_LENGTH`. */
export function computed(computation: Computation): Bytes {
  return {
    size: computation.size,
    *segments(from = 0, to = computation.size): Iterable<Segment> {
      checkRange(from, to, computation.size)
      if (to > from) yield { kind: 'computed', computation, offset: from, length: to - from }
    },
  }
}
