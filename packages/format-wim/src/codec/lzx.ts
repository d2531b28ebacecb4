/** LZX as WIM files have it: MS-PATCH's bit stream without its header, one window per chunk ([MS-PATCH], wimlib's documentation). */
export const BLOCK_TYPE_BITS = 3
export const BLOCK_TYPE = { verbatim: 1, aligned: 2, uncompressed: 3 } as const
/** The size that one bit stands for. Bytes. */
export const DEFAULT_BLOCK_SIZE = 32768

export const LITERALS = 256
/** Lengths that the main code has of its own, the last meaning more. */
export const LENGTH_HEADERS = 8
export const SHORTEST_MATCH = 2
export const LENGTH_SYMBOLS = 249
export const ALIGNED_SYMBOLS = 8
export const PRECODE_SYMBOLS = 20
export const LONGEST = { main: 16, length: 16, aligned: 7, precode: 15 } as const
export const PRECODE_LENGTH_BITS = 4
export const ALIGNED_LENGTH_BITS = 3

export const RECENT_OFFSETS = 3
/** Slots below have their offsets' low bits among the extra ones; from here on the aligned code may take three of them. */
export const FIRST_ALIGNED_SLOT = 8
export const ALIGNED_BITS = 3
/** Above a slot's base: an offset is coded as itself plus 2, after the recent ones. */
export const OFFSET_ADJUSTMENT: number = RECENT_OFFSETS - 1

const SLOTS = 50
/** How many bits follow the main symbol of a slot. */
export const EXTRA_BITS: Uint8Array = Uint8Array.from({ length: SLOTS }, (_, slot) =>
  slot < 4 ? 0 : Math.min((slot >> 1) - 1, 17),
)
/** The first coded offset of each slot, and the end of the last. */
export const SLOT_BASE: Uint32Array = new Uint32Array(SLOTS + 1)
for (let slot = 0; slot < SLOTS; slot++) SLOT_BASE[slot + 1] = SLOT_BASE[slot]! + (1 << EXTRA_BITS[slot]!)

export const SMALLEST_WINDOW_ORDER = 15
export const LARGEST_WINDOW_ORDER = 21
/** The window is the chunk, rounded up to a power of two of at least 32 KiB. */
export const windowOrder = (chunkSize: number): number =>
  Math.max(SMALLEST_WINDOW_ORDER, Math.ceil(Math.log2(chunkSize)))

/** Symbols of the main code. The first two bytes of a window never match its last two, which saves some windows a slot. */
export function mainSymbols(order: number): number {
  const largest = 2 ** order - SHORTEST_MATCH - 1 + OFFSET_ADJUSTMENT
  const slots = SLOT_BASE.findIndex(base => base > largest)
  return LITERALS + (slots < 0 ? SLOTS : slots) * LENGTH_HEADERS
}

/** Addresses of calls are made relative to this at most ([MS-PATCH], E8 call translation). */
export const TRANSLATION_SIZE = 12_000_000
/** No call is translated so near to the end. Bytes. */
export const TRANSLATION_TAIL = 10
