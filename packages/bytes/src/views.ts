import { type Bytes, checkRange, type Segment } from './bytes.ts'
import { empty, zeros } from './sources.ts'

/** The concatenation of the parts. */
export function concat(parts: readonly Bytes[]): Bytes {
  const kept = parts.filter(part => part.size > 0)
  if (kept.length < 2) return kept[0] ?? empty
  const ends = new Float64Array(kept.length)
  let size = 0
  kept.forEach((part, index) => {
    size += part.size
    ends[index] = size
  })
  checkRange(0, size, Number.MAX_SAFE_INTEGER)
  return {
    size,
    *segments(from = 0, to = size): Iterable<Segment> {
      checkRange(from, to, size)
      for (let index = firstEndAfter(ends, from); index < kept.length; index += 1) {
        const part = kept[index]!
        const start = ends[index]! - part.size
        if (start >= to) return
        yield* part.segments(Math.max(0, from - start), Math.min(part.size, to - start))
      }
    },
  }
}

/** The bytes from `from` (inclusive) to `to` (exclusive). */
export function slice(bytes: Bytes, from: number, to: number = bytes.size): Bytes {
  checkRange(from, to, bytes.size)
  if (from === 0 && to === bytes.size) return bytes
  const size = to - from
  return {
    size,
    segments(start = 0, end = size): Iterable<Segment> {
      checkRange(start, end, size)
      return bytes.segments(from + start, from + end)
    },
  }
}

/** `bytes`, padded with zeros to a multiple of `multiple`. */
export const padToMultiple = (bytes: Bytes, multiple: number): Bytes =>
  padTo(bytes, Math.ceil(bytes.size / multiple) * multiple)

/** `bytes`, padded with zeros to `size` bytes. Throws if it is longer. */
export function padTo(bytes: Bytes, size: number): Bytes {
  checkRange(bytes.size, size, Number.MAX_SAFE_INTEGER)
  return concat([bytes, zeros(size - bytes.size)])
}

export interface Patch {
  readonly offset: number
  readonly bytes: Bytes
}

/** `bytes` with ranges replaced. Patches are within `bytes` and do not overlap; their order is irrelevant. */
export function overlay(bytes: Bytes, patches: readonly Patch[]): Bytes {
  const parts: Bytes[] = []
  let position = 0
  for (const patch of [...patches].sort((a, b) => a.offset - b.offset)) {
    parts.push(slice(bytes, position, patch.offset), patch.bytes)
    position = patch.offset + patch.bytes.size
  }
  parts.push(slice(bytes, position))
  return concat(parts)
}

/** Cuts into parts of `partSize` bytes; the last one may be shorter. Empty bytes give one empty part. */
export function cut(bytes: Bytes, partSize: number): readonly Bytes[] {
  checkRange(1, partSize, Number.MAX_SAFE_INTEGER)
  const count = Math.max(1, Math.ceil(bytes.size / partSize))
  return Array.from({ length: count }, (_, index) =>
    slice(bytes, index * partSize, Math.min(bytes.size, (index + 1) * partSize)),
  )
}

function firstEndAfter(ends: Float64Array, position: number): number {
  let low = 0
  let high = ends.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (ends[middle]! > position) high = middle
    else low = middle + 1
  }
  return low
}
