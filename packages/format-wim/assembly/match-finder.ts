import { allocate } from './memory'

/** A larger window has more places that share a hash. */
const FEWEST_HASH_BITS: u32 = 15
const MOST_HASH_BITS: u32 = 18
const SHORT_HASH_BITS: u32 = 13
const MULTIPLIER: u32 = 0x1e35a7bd

export const SHORTEST: u32 = 3
/** Bytes that are compared at once. */
const WORD: u32 = 4

// Finds earlier copies of what comes next by chains of positions with the same hash. Every position is to be passed once, in order.
/** Where the last match found begins, in bytes before the position. */
export let foundOffset: u32 = 0
let input: usize = 0
let inputSize: u32 = 0
/** Positions from 1 on, so that 0 is none: u32. */
let heads: usize = 0
let headsSize: usize = 0
let hashShift: u32 = 0
let shortHeads: usize = 0
let chain: usize = 0

export function prepareMatchFinder(chunkSize: u32): void {
  const order: u32 = 31 - <u32>clz<u32>(chunkSize)
  const hashBits = min(max(order, FEWEST_HASH_BITS), MOST_HASH_BITS)
  hashShift = 32 - hashBits
  headsSize = 4 << hashBits
  heads = allocate(headsSize)
  shortHeads = allocate(4 << SHORT_HASH_BITS)
  chain = allocate(4 * (chunkSize + 1))
}

export function startMatchFinder(from: usize, size: u32): void {
  input = from
  inputSize = size
  memory.fill(heads, 0, headsSize)
  memory.fill(shortHeads, 0, 4 << SHORT_HASH_BITS)
}

@inline
function headOf(word: u32): usize {
  return heads + 4 * ((word * MULTIPLIER) >> hashShift)
}
@inline
function shortHeadOf(word: u32): usize {
  return shortHeads + 4 * (((word << 8) * MULTIPLIER) >> (32 - SHORT_HASH_BITS))
}

/** Takes in positions from `at` up to `end`, without looking for matches. */
export function skipMatches(at: u32, end: u32): void {
  const last: u32 = inputSize < WORD ? 0 : inputSize - WORD + 1
  if (end > last) end = last
  while (at < end) {
    const word = load<u32>(input + at)
    const head = headOf(word)
    const before = load<u32>(head)
    at++
    store<u32>(head, at)
    store<u32>(shortHeadOf(word), at)
    store<u32>(chain + 4 * at, before)
  }
}

/** How many bytes are the same from both places on, at least `length`, at most `longest`. */
@inline
export function extend(a: usize, b: usize, length: u32, longest: u32): u32 {
  while (length + 8 <= longest) {
    const difference = load<u64>(a + length) ^ load<u64>(b + length)
    if (difference != 0) return length + (<u32>ctz<u64>(difference) >> 3)
    length += 8
  }
  while (length < longest && load<u8>(a + length) == load<u8>(b + length)) length++
  return length
}

/**
 * Length of the longest match at `at` that is longer than `best`, up to `longest`, or `best`. Ends at one of `nice` or after `depth`
 * positions were compared. Takes the position in.
 */
export function findMatch(at: u32, best: u32, longest: u32, nice: u32, depth: u32): u32 {
  if (at + WORD > inputSize) return best
  const here = input + at
  const word = load<u32>(here)
  const head = headOf(word)
  const shortHead = shortHeadOf(word)
  const short = load<u32>(shortHead)
  let candidate = load<u32>(head)
  store<u32>(shortHead, at + 1)
  store<u32>(head, at + 1)
  store<u32>(chain + 4 * (at + 1), candidate)
  if (best >= longest || longest < WORD) return best
  if (best < SHORTEST && short > 0 && (load<u32>(input + short - 1) ^ word) << 8 == 0) {
    best = SHORTEST
    foundOffset = at + 1 - short
  }
  // Shorter ones than a word are not in the chain.
  let end = best < SHORTEST ? 0 : best - SHORTEST
  let tail = load<u32>(here + end)
  for (; candidate > 0 && depth > 0; depth--) {
    const from = input + candidate - 1
    if (load<u32>(from + end) == tail && load<u32>(from) == word) {
      const length = extend(from, here, WORD, longest)
      if (length > best) {
        best = length
        foundOffset = at + 1 - candidate
        if (length >= nice || length == longest) return best
        end = length - SHORTEST
        tail = load<u32>(here + end)
      }
    }
    candidate = load<u32>(chain + 4 * candidate)
  }
  return best
}
