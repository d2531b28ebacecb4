/**
 * LZMS, of which no specification is public; as wimlib documents it (lzms_decompress.c). Two streams in one chunk: binary decisions, range
 * coded, from its start; symbols and extra bits, Huffman coded, from its end backwards.
 */
export const SYMBOLS = { literal: 256, length: 54, offset: 799, power: 8 } as const
/** A code is made anew after so many of its symbols. */
export const REBUILD_AFTER = { literal: 1024, length: 512, offset: 1024, power: 512 } as const
export const LONGEST = 15

/** How many slots have how many extra bits, in order. */
const OFFSET_RUNS: readonly (readonly [extra: number, slots: number])[] = [
  ...([
    [0, 8],
    [2, 9],
    [3, 7],
    [4, 10],
    [5, 15],
    [6, 15],
    [7, 20],
    [8, 20],
    [9, 30],
    [10, 33],
    [11, 40],
  ] as const),
  ...([
    [12, 42],
    [13, 45],
    [14, 60],
    [15, 73],
    [16, 80],
    [17, 85],
    [18, 95],
    [19, 105],
    [20, 6],
    [30, 1],
  ] as const),
]
const LENGTH_RUNS: typeof OFFSET_RUNS = [
  ...([
    [0, 26],
    [1, 4],
    [2, 6],
    [3, 4],
    [4, 5],
    [5, 2],
    [6, 1],
    [7, 1],
    [8, 1],
    [9, 1],
    [10, 1],
    [16, 1],
    [30, 1],
  ] as const),
]
export interface Slots {
  readonly extra: Uint8Array
  /** The first value of each slot. */
  readonly base: Uint32Array
}
function slotsOf(runs: typeof OFFSET_RUNS): Slots {
  const extra = Uint8Array.from(runs.flatMap(([bits, slots]) => Array<number>(slots).fill(bits)))
  const base = new Uint32Array(extra.length)
  base[0] = 1
  for (let slot = 1; slot < base.length; slot++) base[slot] = base[slot - 1]! + 2 ** extra[slot - 1]!
  return { extra, base }
}
export const OFFSETS: Slots = slotsOf(OFFSET_RUNS)
export const LENGTHS: Slots = slotsOf(LENGTH_RUNS)

/** Offset slots that a chunk of `size` bytes needs. */
export const offsetSlots = (size: number): number =>
  size < 2 ? 0 : OFFSETS.base.findLastIndex(base => base <= size - 1) + 1

/** Each kind of decision has as many probabilities as its last decisions can be told apart. */
export const DECISIONS = { main: 16, match: 32, lz: 64, lzRepeat: 64, delta: 64, deltaRepeat: 64 } as const
export const REPEATS = 3
/** A probability is that of a 0 in 64ths, counted over the last 64 decisions; at first every other of the second half was a 1. */
export const PROBABILITY_BITS = 6
export const FIRST_PROBABILITY = 48
export const FIRST_DECISIONS = 0x55555555

/** Targets of x86 instructions are relative again when two of so near together lead to the same place. */
export const CALL_WINDOW = 65_535
export const CALL_REACH = 1023
/** No instruction is looked at so near to the end, and a chunk of no more than one byte beyond it is left alone. */
export const CALL_TAIL = 16
