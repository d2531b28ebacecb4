import { allocate } from './memory'

/** LZX as WIM files have it: the bit stream of [MS-PATCH] without its header, one window per chunk. */
export const BLOCK_TYPE_BITS: u32 = 3
export const VERBATIM: u32 = 1
export const ALIGNED: u32 = 2
export const UNCOMPRESSED: u32 = 3
/** The size that one bit stands for. Bytes. */
export const DEFAULT_BLOCK_SIZE: u32 = 32768

export const LITERALS: u32 = 256
/** Lengths that the main code has of its own, the last meaning more. */
export const LENGTH_HEADERS: u32 = 8
export const SHORTEST_MATCH: u32 = 2
export const LENGTH_SYMBOLS: u32 = 249
export const ALIGNED_SYMBOLS: u32 = 8
export const PRECODE_SYMBOLS: u32 = 20
export const LONGEST_MAIN: u32 = 16
export const LONGEST_LENGTH: u32 = 16
export const LONGEST_ALIGNED: u32 = 7
export const LONGEST_PRECODE: u32 = 15
export const PRECODE_LENGTH_BITS: u32 = 4
export const ALIGNED_LENGTH_BITS: u32 = 3

export const RECENT_OFFSETS: u32 = 3
/** From this slot on the aligned code may take the lowest three bits of an offset. */
export const FIRST_ALIGNED_SLOT: u32 = 8
export const ALIGNED_BITS: u32 = 3
/** An offset is coded as itself plus 2, after the recent ones. */
export const OFFSET_ADJUSTMENT: u32 = RECENT_OFFSETS - 1

const SLOTS: u32 = 50
/** How many bits follow the main symbol of a slot: u8. */
export const extraBits: usize = allocate(SLOTS)
/** The first coded offset of each slot, and the end of the last: u32. */
export const slotBase: usize = allocate(4 * (SLOTS + 1))
for (let slot: u32 = 0; slot < SLOTS; slot++) {
  const half = slot >> 1
  const extra: u32 = slot < 4 ? 0 : half - 1 < 17 ? half - 1 : 17
  store<u8>(extraBits + slot, extra)
  store<u32>(slotBase + 4 * (slot + 1), load<u32>(slotBase + 4 * slot) + (1 << extra))
}

export const SMALLEST_WINDOW_ORDER: u32 = 15
/** The window is the chunk, rounded up to a power of two of at least 32 KiB. */
export function windowOrder(chunkSize: u32): u32 {
  const order: u32 = 32 - <u32>clz<u32>(chunkSize - 1)
  return order > SMALLEST_WINDOW_ORDER ? order : SMALLEST_WINDOW_ORDER
}

/** Symbols of the main code. The first two bytes of a window never match its last two, which saves some windows a slot. */
export function mainSymbols(order: u32): u32 {
  const largest: u32 = (1 << order) - SHORTEST_MATCH - 1 + OFFSET_ADJUSTMENT
  let slots: u32 = 0
  while (slots < SLOTS && load<u32>(slotBase + 4 * slots) <= largest) slots++
  return LITERALS + slots * LENGTH_HEADERS
}

/** The x86 instruction CALL with a relative target. */
const CALL: u8 = 0xe8
const CALL_SIZE: usize = 5
/** Addresses of calls are made relative to this at most; the file size is always this one in WIM files. */
const TRANSLATION_SIZE: i32 = 12_000_000
/** No call is translated so near to the end. Bytes. */
const TRANSLATION_TAIL: usize = 10

/** Makes the targets of calls relative again that the encoder had made absolute, in place; every chunk has this, whatever is in it. */
export function relativeCalls(chunk: usize, size: usize): void {
  if (size <= TRANSLATION_TAIL) return
  for (let at: usize = 0; at < size - TRANSLATION_TAIL; ) {
    if (load<u8>(chunk + at) != CALL) {
      at++
      continue
    }
    const target = load<i32>(chunk + at + 1)
    if (target >= 0) {
      if (target < TRANSLATION_SIZE) store<i32>(chunk + at + 1, target - <i32>at)
    } else if (target >= -(<i32>at)) store<i32>(chunk + at + 1, target + TRANSLATION_SIZE)
    at += CALL_SIZE
  }
}

/** What {@link relativeCalls} takes back. */
export function absoluteCalls(chunk: usize, size: usize): void {
  if (size <= TRANSLATION_TAIL) return
  for (let at: usize = 0; at < size - TRANSLATION_TAIL; ) {
    if (load<u8>(chunk + at) != CALL) {
      at++
      continue
    }
    const target = load<i32>(chunk + at + 1)
    if (target >= -(<i32>at) && target < TRANSLATION_SIZE)
      store<i32>(chunk + at + 1, target < TRANSLATION_SIZE - <i32>at ? target + <i32>at : target - TRANSLATION_SIZE)
    at += CALL_SIZE
  }
}
