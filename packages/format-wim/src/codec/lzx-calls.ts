import { TRANSLATION_SIZE, TRANSLATION_TAIL } from './lzx.ts'

/** The x86 instruction CALL with a relative target. */
const CALL = 0xe8
const CALL_SIZE = 5

/**
 * Makes the targets of calls relative again that the encoder had made absolute, in place; WIM files have this in every chunk, whatever is in
 * it ([MS-PATCH], E8 call translation; the file size is always 12,000,000 there).
 */
export function relativeCalls(chunk: Uint8Array): void {
  translate(chunk, (target, at) => {
    if (target >= 0) return target < TRANSLATION_SIZE ? target - at : target
    return target >= -at ? target + TRANSLATION_SIZE : target
  })
}

/** What {@link relativeCalls} takes back. */
export function absoluteCalls(chunk: Uint8Array): void {
  translate(chunk, (target, at) => {
    if (target < -at || target >= TRANSLATION_SIZE) return target
    return target < TRANSLATION_SIZE - at ? target + at : target - TRANSLATION_SIZE
  })
}

function translate(chunk: Uint8Array, convert: (target: number, at: number) => number): void {
  const end = chunk.length - TRANSLATION_TAIL
  for (let at = chunk.indexOf(CALL); at >= 0 && at < end; at = chunk.indexOf(CALL, at + CALL_SIZE)) {
    const target = chunk[at + 1]! | (chunk[at + 2]! << 8) | (chunk[at + 3]! << 16) | (chunk[at + 4]! << 24)
    const other = convert(target, at)
    chunk[at + 1] = other
    chunk[at + 2] = other >> 8
    chunk[at + 3] = other >> 16
    chunk[at + 4] = other >> 24
  }
}
