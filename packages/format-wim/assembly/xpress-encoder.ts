import { canonicalCodewords, codeLengths } from './huffman-encoder'
import { findMatch, foundOffset, prepareMatchFinder, SHORTEST, skipMatches, startMatchFinder } from './match-finder'
import { allocate } from './memory'

const SYMBOLS: u32 = 512
const LONGEST: u32 = 15
const LENGTHS_SIZE: u32 = SYMBOLS / 2
/** Other decoders want it at the end ([MS-XCA] 2.1.4.3). */
const END_OF_DATA: u32 = 256
const LONGEST_MATCH: u32 = 0xffff
/** Short matches from far away cost more than their bytes. */
const SHORT_REACH: u32 = 4096
const DEPTH: u32 = 16
const NICE: u32 = 93

/** u32 each: a byte, or a match: its length in the upper half, its offset in the lower. */
let items: usize = 0
let counts: usize = 0
let lengths: usize = 0
let codewords: usize = 0

// Two words for bits are kept before the bytes that are between them: a decoder has read that far ahead.
let word: usize = 0
let wordAfter: usize = 0
let next: usize = 0
let bits: u32 = 0
let held: u32 = 0

export function prepareXpressEncoder(chunkSize: u32): void {
  prepareMatchFinder(chunkSize)
  items = allocate(4 * chunkSize)
  counts = allocate(4 * SYMBOLS)
  lengths = allocate(SYMBOLS)
  codewords = allocate(2 * SYMBOLS)
}

@inline
function symbolOf(length: u32, offset: u32): u32 {
  const header = length - SHORTEST
  return 256 | ((31 - <u32>clz<u32>(offset)) << 4) | (header < 0xf ? header : 0xf)
}
@inline
function count(symbol: u32): void {
  store<u32>(counts + 4 * symbol, load<u32>(counts + 4 * symbol) + 1)
}
@inline
function least(a: u32, b: u32): u32 {
  return a < b ? a : b
}

/** Items of the input, lazily: a match is put off when the next byte begins a better one. Returns where they end. */
function parse(input: usize, size: u32): usize {
  startMatchFinder(input, size)
  memory.fill(counts, 0, 4 * SYMBOLS)
  let item = items
  for (let at: u32 = 0; at < size; ) {
    let length = findMatch(at, SHORTEST - 1, least(size - at, LONGEST_MATCH), NICE, DEPTH)
    let offset = foundOffset
    if (length < SHORTEST || (length == SHORTEST && offset >= SHORT_REACH)) {
      const byte: u32 = load<u8>(input + at++)
      count(byte)
      store<u32>(item, byte)
      item += 4
      continue
    }
    let passed = at + 1
    while (length < NICE) {
      const better = findMatch(passed, length, least(size - passed, LONGEST_MATCH), NICE, DEPTH >> 1)
      passed++
      if (better <= length) break
      const byte: u32 = load<u8>(input + at++)
      count(byte)
      store<u32>(item, byte)
      item += 4
      length = better
      offset = foundOffset
    }
    count(symbolOf(length, offset))
    store<u32>(item, (length << 16) | offset)
    item += 4
    at += length
    skipMatches(passed, at)
  }
  count(END_OF_DATA)
  return item
}

function put(value: u32, width: u32): void {
  held += width
  bits = (bits << width) | value
  if (held > 16) {
    held -= 16
    store<u16>(word, bits >> held)
    word = wordAfter
    wordAfter = next
    next += 2
  }
}

/** XPRESS with Huffman codes, [MS-XCA] 2.1. Returns the size, or 0 when it gets no smaller. */
export function encodeXpress(input: usize, size: u32, output: usize): u32 {
  if (size <= LENGTHS_SIZE + 8) return 0
  const end = parse(input, size)
  codeLengths(counts, SYMBOLS, LONGEST, lengths)
  canonicalCodewords(lengths, SYMBOLS, codewords)
  for (let at: usize = 0; at < LENGTHS_SIZE; at++)
    store<u8>(output + at, load<u8>(lengths + 2 * at) | (load<u8>(lengths + 2 * at + 1) << 4))
  word = output + LENGTHS_SIZE
  wordAfter = word + 2
  next = word + 4
  bits = 0
  held = 0
  const limit = output + size - 8
  for (let at = items; at < end; at += 4) {
    if (next > limit) return 0
    const item = load<u32>(at)
    if (item < 0x10000) {
      put(load<u16>(codewords + 2 * item), load<u8>(lengths + item))
      continue
    }
    const offset = item & 0xffff
    const length = (item >> 16) - SHORTEST
    const symbol = symbolOf(length + SHORTEST, offset)
    put(load<u16>(codewords + 2 * symbol), load<u8>(lengths + symbol))
    if (length >= 0xf) {
      if (length - 0xf < 0xff) store<u8>(next++, length - 0xf)
      else {
        store<u8>(next++, 0xff)
        store<u16>(next, length)
        next += 2
      }
    }
    const width: u32 = 31 - <u32>clz<u32>(offset)
    put(offset & ((1 << width) - 1), width)
  }
  put(load<u16>(codewords + 2 * END_OF_DATA), load<u8>(lengths + END_OF_DATA))
  store<u16>(word, bits << (16 - held))
  store<u16>(wordAfter, 0)
  const made = <u32>(next - output)
  return made < size ? made : 0
}
