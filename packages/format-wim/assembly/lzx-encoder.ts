import { canonicalCodewords, codeLengths } from './huffman-encoder'
import {
  absoluteCalls,
  ALIGNED,
  ALIGNED_BITS,
  ALIGNED_LENGTH_BITS,
  ALIGNED_SYMBOLS,
  BLOCK_TYPE_BITS,
  DEFAULT_BLOCK_SIZE,
  extraBits,
  FIRST_ALIGNED_SLOT,
  LENGTH_HEADERS,
  LENGTH_SYMBOLS,
  LITERALS,
  LONGEST_ALIGNED,
  LONGEST_LENGTH,
  LONGEST_MAIN,
  LONGEST_PRECODE,
  mainSymbols,
  OFFSET_ADJUSTMENT,
  PRECODE_LENGTH_BITS,
  PRECODE_SYMBOLS,
  RECENT_OFFSETS,
  SHORTEST_MATCH,
  SMALLEST_WINDOW_ORDER,
  slotBase,
  VERBATIM,
  windowOrder,
} from './lzx'
import { extend, findMatch, foundOffset, prepareMatchFinder, SHORTEST, skipMatches, startMatchFinder } from './match-finder'
import { allocate } from './memory'

const LONGEST_MATCH: u32 = SHORTEST_MATCH + LENGTH_HEADERS - 1 + LENGTH_SYMBOLS - 1
/** Matches of three bytes from farther away cost more than the bytes. */
const SHORT_REACH: u32 = 2048
const DEPTH: u32 = 24
const NICE: u32 = 80
/** Bytes that one code serves; a chunk of the usual size is one block. */
const BLOCK_SIZE: u32 = 65_536
/** What a repeated offset is worth more than a new one, in bytes of match. */
const REPEAT_WORTH: u32 = 3

let order: u32 = 0
let mainCount: u32 = 0
/** The input, its calls translated. */
let translated: usize = 0
/** u32 each: a main symbol; for a match the length symbol and 1 above it, 0 for none. */
let items: usize = 0
/** u32 each: what the offset of a match adds to its slot. */
let extras: usize = 0
let used: u32 = 0
/** u8: slot of each coded offset. */
let slots: usize = 0
/** u32 each: a symbol of the precode, and what follows it above. */
let runs: usize = 0
let recent0: u32 = 0
let recent1: u32 = 0
let recent2: u32 = 0
let repeatedOffset: u32 = 0

/** Where a code has its counts, lengths and codewords. */
class Code {
  counts: usize
  lengths: usize
  codewords: usize
  constructor(
    public symbols: u32,
    public longest: u32,
  ) {
    this.counts = allocate(4 * symbols)
    this.lengths = allocate(symbols)
    this.codewords = allocate(2 * symbols)
  }
  reset(): void {
    memory.fill(this.counts, 0, 4 * this.symbols)
  }
  @inline
  count(symbol: u32): void {
    store<u32>(this.counts + 4 * symbol, load<u32>(this.counts + 4 * symbol) + 1)
  }
  make(): void {
    codeLengths(this.counts, this.symbols, this.longest, this.lengths)
    canonicalCodewords(this.lengths, this.symbols, this.codewords)
  }
  @inline
  put(symbol: u32): void {
    put(load<u16>(this.codewords + 2 * symbol), load<u8>(this.lengths + symbol))
  }
}
let main: Code = changetype<Code>(0)
let length: Code = changetype<Code>(0)
let aligned: Code = changetype<Code>(0)
let precode: Code = changetype<Code>(0)
let mainBefore: usize = 0
let lengthBefore: usize = 0

export function prepareLzxEncoder(chunkSize: u32): void {
  order = windowOrder(chunkSize)
  mainCount = mainSymbols(order)
  prepareMatchFinder(chunkSize)
  // Words are read beyond the end, and compared with nothing.
  translated = allocate(chunkSize + 8)
  items = allocate(4 * chunkSize)
  extras = allocate(4 * chunkSize)
  runs = allocate(4 * mainCount)
  main = new Code(mainCount, LONGEST_MAIN)
  length = new Code(LENGTH_SYMBOLS, LONGEST_LENGTH)
  aligned = new Code(ALIGNED_SYMBOLS, LONGEST_ALIGNED)
  precode = new Code(PRECODE_SYMBOLS, LONGEST_PRECODE)
  mainBefore = allocate(mainCount)
  lengthBefore = allocate(LENGTH_SYMBOLS)
  const codedOffsets = chunkSize + OFFSET_ADJUSTMENT + 1
  slots = allocate(codedOffsets)
  let slot: u32 = 0
  for (let coded: u32 = 0; coded < codedOffsets; coded++) {
    while (load<u32>(slotBase + 4 * (slot + 1)) <= coded) slot++
    store<u8>(slots + coded, slot)
  }
}

@inline
function least(a: u32, b: u32): u32 {
  return a < b ? a : b
}

function addMatch(matched: u32, offset: u32): void {
  let slot: u32 = 0
  let extra: u32 = 0
  if (offset == recent1) {
    slot = 1
    recent1 = recent0
    recent0 = offset
  } else if (offset == recent2) {
    slot = 2
    recent2 = recent0
    recent0 = offset
  } else if (offset != recent0) {
    const coded = offset + OFFSET_ADJUSTMENT
    slot = load<u8>(slots + coded)
    extra = coded - load<u32>(slotBase + 4 * slot)
    if (slot >= FIRST_ALIGNED_SLOT) aligned.count(extra & (ALIGNED_SYMBOLS - 1))
    recent2 = recent1
    recent1 = recent0
    recent0 = offset
  }
  const size = matched - SHORTEST_MATCH
  const header = least(size, LENGTH_HEADERS - 1)
  const symbol = LITERALS + slot * LENGTH_HEADERS + header
  main.count(symbol)
  let over: u32 = 0
  if (header == LENGTH_HEADERS - 1) {
    length.count(size - header)
    over = size - header + 1
  }
  store<u32>(items + 4 * used, symbol | (over << 16))
  store<u32>(extras + 4 * used++, extra)
}

@inline
function addLiteral(byte: u32): void {
  main.count(byte)
  store<u32>(items + 4 * used++, byte)
}

/** In bytes of match: a near offset takes fewer bits. */
@inline
function worthOf(matched: u32, offset: u32): u32 {
  if (offset == recent0) return matched + REPEAT_WORTH
  return matched + (offset < 4096 ? 1 : 0) + (offset < 262_144 ? 1 : 0)
}

/** The longest match with one of the recent offsets. */
function repeated(input: usize, at: u32, longest: u32): u32 {
  const here = input + at
  let best: u32 = 0
  const first = load<u16>(here)
  if (longest < SHORTEST) return 0
  if (recent0 <= at && load<u16>(here - recent0) == first) {
    best = extend(here - recent0, here, 2, longest)
    repeatedOffset = recent0
  }
  if (recent1 <= at && load<u16>(here - recent1) == first) {
    const same = extend(here - recent1, here, 2, longest)
    if (same > best) {
      best = same
      repeatedOffset = recent1
    }
  }
  if (recent2 <= at && load<u16>(here - recent2) == first) {
    const same = extend(here - recent2, here, 2, longest)
    if (same > best) {
      best = same
      repeatedOffset = recent2
    }
  }
  return best
}

/** Items of one block, lazily: a match is put off when the next byte begins one that is worth more. Returns where the block ends. */
function parse(input: usize, size: u32, start: u32, end: u32): u32 {
  let at = start
  used = 0
  while (at < end) {
    const most = least(size - at, LONGEST_MATCH)
    let matched = findMatch(at, SHORTEST - 1, most, NICE, DEPTH)
    let offset = foundOffset
    if (matched == SHORTEST && offset >= SHORT_REACH && offset != recent0 && offset != recent1 && offset != recent2) matched = 0
    let worth: u32 = matched < SHORTEST ? 0 : worthOf(matched, offset)
    let passed = at + 1
    if (matched < NICE) {
      const again = repeated(input, at, most)
      if (again >= SHORTEST && again + REPEAT_WORTH >= worth) {
        matched = again
        offset = repeatedOffset
        worth = again + REPEAT_WORTH
      }
    }
    if (worth == 0) {
      addLiteral(load<u8>(input + at++))
      continue
    }
    while (matched < NICE && passed < size) {
      const room = least(size - passed, LONGEST_MATCH)
      let better = findMatch(passed, matched - 1, room, NICE, DEPTH >> 1)
      let betterOffset = foundOffset
      let betterWorth: u32 = better < matched ? 0 : worthOf(better, betterOffset)
      const again = repeated(input, passed, room)
      if (again >= SHORTEST && again + REPEAT_WORTH >= betterWorth) {
        better = again
        betterOffset = repeatedOffset
        betterWorth = again + REPEAT_WORTH
      }
      passed++
      if (betterWorth <= worth) break
      addLiteral(load<u8>(input + at++))
      matched = better
      offset = betterOffset
      worth = betterWorth
    }
    addMatch(matched, offset)
    at += matched
    skipMatches(passed, at)
  }
  return at
}

// 16-bit words, low byte first, filled from the top.
let next: usize = 0
let outputEnd: usize = 0
let isFull: bool = false
let bits: u32 = 0
let held: u32 = 0

/** At most 16 bits. */
function put(value: u32, width: u32): void {
  bits = (bits << width) | value
  held += width
  if (held >= 16) {
    held -= 16
    if (next + 2 > outputEnd) isFull = true
    else {
      store<u16>(next, bits >> held)
      next += 2
    }
  }
}
/** At most 17 bits. */
@inline
function putLong(value: u32, width: u32): void {
  if (width > 16) {
    put(value >> 16, width - 16)
    put(value & 0xffff, 16)
  } else put(value, width)
}

/** Codeword lengths as differences from those before, with runs. Returns how many. */
function codeRuns(lengths: usize, before: usize, from: u32, to: u32): u32 {
  precode.reset()
  let made: u32 = 0
  for (let at = from; at < to; ) {
    const value: u32 = load<u8>(lengths + at)
    let end = at + 1
    while (end < to && load<u8>(lengths + end) == value) end++
    if (value == 0) {
      while (end - at >= 20) {
        const some = least(end - at, 51)
        precode.count(18)
        store<u32>(runs + 4 * made++, 18 | ((some - 20) << 8))
        at += some
      }
      if (end - at >= 4) {
        const some = least(end - at, 19)
        precode.count(17)
        store<u32>(runs + 4 * made++, 17 | ((some - 4) << 8))
        at += some
      }
    } else
      while (end - at >= 4) {
        const some = least(end - at, 5)
        const difference = (<u32>load<u8>(before + at) + 17 - value) % 17
        precode.count(19)
        precode.count(difference)
        store<u32>(runs + 4 * made++, 19 | ((some - 4) << 8) | (difference << 9))
        at += some
      }
    for (; at < end; at++) {
      const difference = (<u32>load<u8>(before + at) + 17 - value) % 17
      precode.count(difference)
      store<u32>(runs + 4 * made++, difference)
    }
  }
  return made
}

function writeLengths(lengths: usize, before: usize, from: u32, to: u32): void {
  const made = codeRuns(lengths, before, from, to)
  precode.make()
  for (let symbol: u32 = 0; symbol < PRECODE_SYMBOLS; symbol++) put(load<u8>(precode.lengths + symbol), PRECODE_LENGTH_BITS)
  for (let index: u32 = 0; index < made; index++) {
    const run = load<u32>(runs + 4 * index)
    const symbol = run & 0x1f
    const extra = run >> 8
    precode.put(symbol)
    if (symbol == 17) put(extra, 4)
    else if (symbol == 18) put(extra, 5)
    else if (symbol == 19) {
      put(extra & 1, 1)
      precode.put(extra >> 1)
    }
  }
}

function writeBlock(size: u32): void {
  main.make()
  length.make()
  aligned.make()
  let alignedCost = ALIGNED_LENGTH_BITS * ALIGNED_SYMBOLS
  let verbatimCost: u32 = 0
  for (let symbol: u32 = 0; symbol < ALIGNED_SYMBOLS; symbol++) {
    const count = load<u32>(aligned.counts + 4 * symbol)
    alignedCost += count * load<u8>(aligned.lengths + symbol)
    verbatimCost += count * ALIGNED_BITS
  }
  const isAligned = alignedCost < verbatimCost
  put(isAligned ? ALIGNED : VERBATIM, BLOCK_TYPE_BITS)
  if (size == DEFAULT_BLOCK_SIZE) put(1, 1)
  else {
    put(0, 1)
    if (order > SMALLEST_WINDOW_ORDER) put(size >> 16, 8)
    put(size & 0xffff, 16)
  }
  if (isAligned)
    for (let symbol: u32 = 0; symbol < ALIGNED_SYMBOLS; symbol++) put(load<u8>(aligned.lengths + symbol), ALIGNED_LENGTH_BITS)
  writeLengths(main.lengths, mainBefore, 0, LITERALS)
  writeLengths(main.lengths, mainBefore, LITERALS, mainCount)
  writeLengths(length.lengths, lengthBefore, 0, LENGTH_SYMBOLS)
  memory.copy(mainBefore, main.lengths, mainCount)
  memory.copy(lengthBefore, length.lengths, LENGTH_SYMBOLS)
  writeItems(isAligned)
}

function writeItems(isAligned: bool): void {
  for (let index: u32 = 0; index < used && !isFull; index++) {
    const item = load<u32>(items + 4 * index)
    const symbol = item & 0xffff
    main.put(symbol)
    if (symbol < LITERALS) continue
    const over = item >> 16
    if (over > 0) length.put(over - 1)
    const slot = (symbol - LITERALS) >> 3
    if (slot < RECENT_OFFSETS) continue
    const width: u32 = load<u8>(extraBits + slot)
    if (width == 0) continue
    const extra = load<u32>(extras + 4 * index)
    if (isAligned && slot >= FIRST_ALIGNED_SLOT) {
      putLong(extra >> ALIGNED_BITS, width - ALIGNED_BITS)
      aligned.put(extra & (ALIGNED_SYMBOLS - 1))
    } else putLong(extra, width)
  }
}

/** LZX. Returns the size, or 0 when it gets no smaller. */
export function encodeLzx(input: usize, size: u32, output: usize): u32 {
  memory.copy(translated, input, size)
  absoluteCalls(translated, size)
  startMatchFinder(translated, size)
  next = output
  outputEnd = output + size
  isFull = false
  bits = 0
  held = 0
  recent0 = recent1 = recent2 = 1
  memory.fill(mainBefore, 0, mainCount)
  memory.fill(lengthBefore, 0, LENGTH_SYMBOLS)
  for (let at: u32 = 0; at < size && !isFull; ) {
    main.reset()
    length.reset()
    aligned.reset()
    // What would be left is too little for a block of its own.
    const end = parse(translated, size, at, size - at < 2 * BLOCK_SIZE ? size : at + BLOCK_SIZE)
    writeBlock(end - at)
    at = end
  }
  if (held > 0) put(0, 16 - held)
  const made = <u32>(next - output)
  return isFull || made >= size ? 0 : made
}
