import type { Encoder } from './codec.ts'
import { canonicalCodewords, codeMaker } from './huffman-encoder.ts'
import {
  ALIGNED_BITS,
  ALIGNED_LENGTH_BITS,
  ALIGNED_SYMBOLS,
  BLOCK_TYPE,
  BLOCK_TYPE_BITS,
  DEFAULT_BLOCK_SIZE,
  EXTRA_BITS,
  FIRST_ALIGNED_SLOT,
  LENGTH_HEADERS,
  LENGTH_SYMBOLS,
  LITERALS,
  LONGEST,
  mainSymbols,
  OFFSET_ADJUSTMENT,
  PRECODE_LENGTH_BITS,
  PRECODE_SYMBOLS,
  RECENT_OFFSETS,
  SHORTEST_MATCH,
  SLOT_BASE,
  SMALLEST_WINDOW_ORDER,
  windowOrder,
} from './lzx.ts'
import { absoluteCalls } from './lzx-calls.ts'
import { MatchFinder, SHORTEST } from './match-finder.ts'

const LONGEST_MATCH = SHORTEST_MATCH + LENGTH_HEADERS - 1 + LENGTH_SYMBOLS - 1
/** Matches of three bytes from farther away cost more than the bytes. */
const SHORT_REACH = 2048
const DEPTH = 20
const NICE = 80
/** Bytes that one code serves; a chunk of the usual size is one block. */
const BLOCK_SIZE = 65_536

/** LZX in chunks of at most `chunkSize` bytes. The encoder can be used again, not at once. */
export function lzxEncoder(chunkSize: number): Encoder {
  const order = windowOrder(chunkSize)
  const mainCount = mainSymbols(order)
  const finder = new MatchFinder(chunkSize)
  const maker = codeMaker(mainCount)
  const main = new Code(mainCount, LONGEST.main)
  const length = new Code(LENGTH_SYMBOLS, LONGEST.length)
  const aligned = new Code(ALIGNED_SYMBOLS, LONGEST.aligned)
  const pre = new Code(PRECODE_SYMBOLS, LONGEST.precode)
  const lengthsBefore = { main: new Uint8Array(mainCount), length: new Uint8Array(LENGTH_SYMBOLS) }
  const translated = new Uint8Array(chunkSize)
  /** An item is a main symbol; for a match the length symbol above it (0 for none), and in `extras` what its offset adds to its slot. */
  const items = new Uint32Array(chunkSize)
  const extras = new Uint32Array(chunkSize)
  const slots = slotTable(chunkSize)
  const runs = new Uint32Array(mainCount)
  const writer = new BitWriter()
  const recent: [number, number, number] = [1, 1, 1]
  let count = 0

  const addMatch = (matched: number, offset: number): void => {
    let slot: number
    let extra = 0
    const [r0, r1, r2] = recent
    if (offset === r0) slot = 0
    else if (offset === r1) {
      slot = 1
      recent[1] = r0
      recent[0] = offset
    } else if (offset === r2) {
      slot = 2
      recent[2] = r0
      recent[0] = offset
    } else {
      const coded = offset + OFFSET_ADJUSTMENT
      slot = slots(coded)
      extra = coded - SLOT_BASE[slot]!
      if (slot >= FIRST_ALIGNED_SLOT) aligned.counts[extra & (ALIGNED_SYMBOLS - 1)]!++
      recent[2] = r1
      recent[1] = r0
      recent[0] = offset
    }
    const over = matched - SHORTEST_MATCH - (LENGTH_HEADERS - 1)
    const symbol = LITERALS + slot * LENGTH_HEADERS + (over < 0 ? matched - SHORTEST_MATCH : LENGTH_HEADERS - 1)
    main.counts[symbol]!++
    if (over >= 0) length.counts[over]!++
    items[count] = symbol | ((over < 0 ? 0 : over + 1) << 16)
    extras[count++] = extra
  }

  /** Items of one block, lazily: a match is put off when the next byte begins one that is worth more. Returns where the block ends. */
  const parse = (input: Uint8Array, start: number, end: number): number => {
    const size = input.length
    let at = start
    count = 0
    while (at < end) {
      const most = Math.min(size - at, LONGEST_MATCH)
      let matched = finder.find(at, SHORTEST - 1, most, NICE, DEPTH)
      let { offset } = finder
      if (matched === SHORTEST && offset >= SHORT_REACH && !recent.includes(offset)) matched = 0
      let worth = matched < SHORTEST ? 0 : worthOf(matched, offset, recent)
      let passed = at + 1
      if (matched < NICE) {
        const again = repeated(input, at, most, recent)
        if (again >= SHORTEST && again + REPEAT_WORTH >= worth) {
          matched = again
          offset = repeatedOffset
          worth = again + REPEAT_WORTH
        }
      }
      if (worth === 0) {
        main.counts[input[at]!]!++
        items[count++] = input[at++]!
        continue
      }
      while (matched < NICE && passed < size) {
        const room = Math.min(size - passed, LONGEST_MATCH)
        let better = finder.find(passed, matched - 1, room, NICE, DEPTH >> 1)
        let betterOffset = finder.offset
        let betterWorth = better < matched ? 0 : worthOf(better, betterOffset, recent)
        const again = repeated(input, passed, room, recent)
        if (again >= SHORTEST && again + REPEAT_WORTH >= betterWorth) {
          better = again
          betterOffset = repeatedOffset
          betterWorth = again + REPEAT_WORTH
        }
        passed++
        if (betterWorth <= worth) break
        main.counts[input[at]!]!++
        items[count++] = input[at++]!
        matched = better
        offset = betterOffset
        worth = betterWorth
      }
      addMatch(matched, offset)
      finder.skip(passed, at + matched - passed)
      at += matched
    }
    return at
  }

  const writeLengths = (lengths: Uint8Array, before: Uint8Array, from: number, to: number): void => {
    const used = codeRuns(lengths, before, from, to, runs, pre.counts)
    pre.make(maker)
    for (let symbol = 0; symbol < PRECODE_SYMBOLS; symbol++) writer.put(pre.lengths[symbol]!, PRECODE_LENGTH_BITS)
    for (let index = 0; index < used; index++) {
      const symbol = runs[index]! & 0x1f
      writer.put(pre.codewords[symbol]!, pre.lengths[symbol]!)
      const extra = runs[index]! >>> 8
      if (symbol === 17) writer.put(extra, 4)
      else if (symbol === 18) writer.put(extra, 5)
      else if (symbol === 19) {
        writer.put(extra & 1, 1)
        writer.put(pre.codewords[extra >> 1]!, pre.lengths[extra >> 1]!)
      }
    }
  }

  const writeBlock = (size: number): void => {
    for (const code of [main, length, aligned]) code.make(maker)
    const isAligned = aligned.cost() + ALIGNED_LENGTH_BITS * ALIGNED_SYMBOLS < aligned.total() * ALIGNED_BITS
    writer.put(isAligned ? BLOCK_TYPE.aligned : BLOCK_TYPE.verbatim, BLOCK_TYPE_BITS)
    if (size === DEFAULT_BLOCK_SIZE) writer.put(1, 1)
    else {
      writer.put(0, 1)
      if (order > SMALLEST_WINDOW_ORDER) writer.put(size >> 16, 8)
      writer.put(size & 0xffff, 16)
    }
    if (isAligned)
      for (let symbol = 0; symbol < ALIGNED_SYMBOLS; symbol++) writer.put(aligned.lengths[symbol]!, ALIGNED_LENGTH_BITS)
    writeLengths(main.lengths, lengthsBefore.main, 0, LITERALS)
    writeLengths(main.lengths, lengthsBefore.main, LITERALS, mainCount)
    writeLengths(length.lengths, lengthsBefore.length, 0, LENGTH_SYMBOLS)
    lengthsBefore.main.set(main.lengths)
    lengthsBefore.length.set(length.lengths)
    writeItems(isAligned)
  }
  const writeItems = (isAligned: boolean): void => {
    for (let index = 0; index < count && !writer.isFull; index++) {
      const item = items[index]!
      const symbol = item & 0xffff
      writer.put(main.codewords[symbol]!, main.lengths[symbol]!)
      if (symbol < LITERALS) continue
      const over = item >>> 16
      if (over > 0) writer.put(length.codewords[over - 1]!, length.lengths[over - 1]!)
      const slot = (symbol - LITERALS) >> 3
      const width = EXTRA_BITS[slot]!
      if (slot < RECENT_OFFSETS || width === 0) continue
      const extra = extras[index]!
      if (isAligned && slot >= FIRST_ALIGNED_SLOT) {
        writer.putLong(extra >>> ALIGNED_BITS, width - ALIGNED_BITS)
        const low = extra & (ALIGNED_SYMBOLS - 1)
        writer.put(aligned.codewords[low]!, aligned.lengths[low]!)
      } else writer.putLong(extra, width)
    }
  }

  return (original, output) => {
    const input = translated.subarray(0, original.length)
    input.set(original)
    absoluteCalls(input)
    finder.start(input)
    writer.start(output.subarray(0, original.length))
    recent.fill(1)
    lengthsBefore.main.fill(0)
    lengthsBefore.length.fill(0)
    for (let at = 0; at < input.length && !writer.isFull; ) {
      for (const code of [main, length, aligned]) code.counts.fill(0)
      // What would be left is too little for a block of its own.
      const rest = input.length - at
      const end = parse(input, at, rest < 2 * BLOCK_SIZE ? input.length : at + BLOCK_SIZE)
      writeBlock(end - at)
      at = end
    }
    const size = writer.end()
    return writer.isFull || size >= original.length ? 0 : size
  }
}

/** What a repeated offset is worth more than a new one, in bytes of match. */
const REPEAT_WORTH = 3
/** In bytes of match: a near offset takes fewer bits. */
const worthOf = (length: number, offset: number, recent: readonly number[]): number =>
  offset === recent[0] ? length + REPEAT_WORTH : length + (offset < 4096 ? 1 : 0) + (offset < 262_144 ? 1 : 0)

let repeatedOffset = 0
/** The longest match with one of the recent offsets. */
function repeated(input: Uint8Array, at: number, longest: number, recent: readonly [number, number, number]): number {
  let best = 0
  for (let index = 0; index < RECENT_OFFSETS; index++) {
    const offset = recent[index]!
    const from = at - offset
    if (from < 0 || input[from] !== input[at] || input[from + best] !== input[at + best]) continue
    let length = 1
    while (length < longest && input[from + length] === input[at + length]) length++
    if (length > best) {
      best = length
      repeatedOffset = offset
    }
  }
  return best
}

/** Slot of a coded offset: by table where they are dense, by its highest bits beyond. */
function slotTable(chunkSize: number): (coded: number) => number {
  const table = new Uint8Array(chunkSize + OFFSET_ADJUSTMENT + 1)
  for (let slot = 0, coded = 0; coded < table.length; coded++) {
    while (SLOT_BASE[slot + 1]! <= coded) slot++
    table[coded] = slot
  }
  return coded => table[coded]!
}

/** Codeword lengths as differences from those before, with runs. Each is a symbol in the low byte, and what follows it above. */
function codeRuns(
  lengths: Uint8Array,
  before: Uint8Array,
  from: number,
  to: number,
  runs: Uint32Array,
  counts: Uint32Array,
): number {
  counts.fill(0)
  let used = 0
  const add = (symbol: number, extra: number): void => {
    counts[symbol]!++
    runs[used++] = symbol | (extra << 8)
  }
  for (let at = from; at < to; ) {
    const value = lengths[at]!
    let run = 1
    while (at + run < to && lengths[at + run] === value) run++
    const end = at + run
    if (value === 0) {
      while (end - at >= 20) {
        const some = Math.min(end - at, 51)
        add(18, some - 20)
        at += some
      }
      if (end - at >= 4) {
        const some = Math.min(end - at, 19)
        add(17, some - 4)
        at += some
      }
    } else
      while (end - at >= 4) {
        const some = Math.min(end - at, 5)
        const difference = (before[at]! - value + 17) % 17
        counts[difference]!++
        add(19, (some - 4) | (difference << 1))
        at += some
      }
    for (; at < end; at++) add((before[at]! - value + 17) % 17, 0)
  }
  return used
}

class Code {
  readonly counts: Uint32Array
  readonly lengths: Uint8Array
  readonly codewords: Uint16Array
  readonly symbols: number
  readonly longest: number
  constructor(symbols: number, longest: number) {
    this.symbols = symbols
    this.longest = longest
    this.counts = new Uint32Array(symbols)
    this.lengths = new Uint8Array(symbols)
    this.codewords = new Uint16Array(symbols)
  }
  make(maker: ReturnType<typeof codeMaker>): void {
    maker.lengths(this.counts, this.symbols, this.longest, this.lengths)
    canonicalCodewords(this.lengths, this.symbols, this.codewords)
  }
  /** Bits that all its symbols take. */
  cost(): number {
    return this.counts.reduce((sum, count, symbol) => sum + count * this.lengths[symbol]!, 0)
  }
  total(): number {
    return this.counts.reduce((sum, count) => sum + count, 0)
  }
}

/** 16-bit words, low byte first, filled from the top. */
class BitWriter {
  isFull = false
  #output: Uint8Array = new Uint8Array(0)
  #next = 0
  #bits = 0
  #held = 0
  start(output: Uint8Array): void {
    this.#output = output
    this.#next = 0
    this.#bits = 0
    this.#held = 0
    this.isFull = false
  }
  /** At most 16 bits. */
  put(value: number, width: number): void {
    this.#bits = (this.#bits << width) | value
    this.#held += width
    if (this.#held >= 16) this.#flush()
  }
  /** At most 17 bits. */
  putLong(value: number, width: number): void {
    if (width > 16) {
      this.put(value >>> 16, width - 16)
      this.put(value & 0xffff, 16)
    } else this.put(value, width)
  }
  #flush(): void {
    this.#held -= 16
    if (this.#next + 2 > this.#output.length) {
      this.isFull = true
      return
    }
    this.#output[this.#next] = this.#bits >>> this.#held
    this.#output[this.#next + 1] = this.#bits >>> (this.#held + 8)
    this.#next += 2
  }
  /** Returns how many bytes there are. */
  end(): number {
    if (this.#held > 0) this.put(0, 16 - this.#held)
    return this.#next
  }
}
