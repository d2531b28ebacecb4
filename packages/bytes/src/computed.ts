import { type Bytes, type Computation, checkRange, type Segment } from './bytes.ts'

/** Bytes that are produced on demand. A producer of a different length fails with `COMPUTED_LENGTH`. */
export function computed(computation: Computation): Bytes {
  return {
    size: computation.size,
    *segments(from = 0, to = computation.size): Iterable<Segment> {
      checkRange(from, to, computation.size)
      if (to > from) yield { kind: 'computed', computation, offset: from, length: to - from }
    },
  }
}
