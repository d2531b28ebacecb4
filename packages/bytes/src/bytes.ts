import type { SourceFile } from './source-file.ts'

/** Content of known length that is produced on demand, always the same. */
export interface Computation {
  /** Identifies the inputs: computations with the same `id` produce the same bytes. Part of the fingerprint. */
  readonly id: string
  readonly size: number
  /** Produces exactly `size` bytes. Called once per pass over the medium. */
  produce(signal?: AbortSignal): Promise<Uint8Array> | AsyncIterable<Uint8Array>
}

/** A run of bytes from one source. `length` is in bytes and never 0. */
export type Segment =
  | { readonly kind: 'file'; readonly source: SourceFile; readonly offset: number; readonly length: number }
  | { readonly kind: 'memory'; readonly data: Uint8Array; readonly length: number }
  | { readonly kind: 'zero'; readonly length: number }
  | { readonly kind: 'computed'; readonly computation: Computation; readonly offset: number; readonly length: number }

/**
 * An immutable description of `size` bytes. It holds no open file and reads nothing until it is streamed or read.
 */
export interface Bytes {
  /** Number of bytes: an integer from 0 to 2^53 - 1. */
  readonly size: number
  /** The segments that cover `from` (inclusive) to `to` (exclusive), in order; by default all. */
  segments(from?: number, to?: number): Iterable<Segment>
}

export class RangeOutsideError extends RangeError {
  readonly code = 'BYTES_RANGE'
  constructor(from: number, to: number, size: number) {
    super(`bytes ${from} to ${to} were asked of something that has ${size}; expected 0 <= from <= to <= ${size}`)
    this.name = 'RangeOutsideError'
  }
}

/** Throws {@link RangeOutsideError} unless `0 <= from <= to <= size`, all of them safe integers. */
export function checkRange(from: number, to: number, size: number): void {
  const isInside = Number.isSafeInteger(from) && Number.isSafeInteger(to) && from >= 0 && from <= to && to <= size
  if (!isInside) throw new RangeOutsideError(from, to, size)
}
