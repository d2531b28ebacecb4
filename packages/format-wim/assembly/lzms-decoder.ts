import { copyMatch } from './copy'
import { LENGTH_MASK, LINK, makeDecodeTable, SYMBOL_SHIFT, tableSize } from './huffman-decoder'
import { codeLengths } from './huffman-encoder'
import {
  LENGTH_REBUILD,
  LENGTH_SYMBOLS,
  lengthBase,
  lengthExtra,
  LITERAL_REBUILD,
  LITERAL_SYMBOLS,
  LONGEST,
  OFFSET_REBUILD,
  OFFSET_SYMBOLS,
  offsetBase,
  offsetExtra,
  offsetSlots,
  POWER_REBUILD,
  POWER_SYMBOLS,
  relativeAddresses,
} from './lzms'
import { allocate } from './memory'

const TABLE_BITS: u32 = 10

/** A Huffman code that follows what it has decoded: every so many symbols it is made anew from how often each came. */
class AdaptiveCode {
  table: usize
  counts: usize
  lengths: usize
  symbols: u32 = 0
  left: u32 = 0
  constructor(
    most: u32,
    public every: u32,
  ) {
    this.table = allocate(tableSize(most, TABLE_BITS, LONGEST))
    this.counts = allocate(4 * most)
    this.lengths = allocate(most + 1)
  }
  reset(symbols: u32): void {
    this.symbols = symbols
    for (let symbol: u32 = 0; symbol < symbols; symbol++) store<u32>(this.counts + 4 * symbol, 1)
    this.make()
  }
  make(): void {
    this.left = this.every
    // One codeword cannot be told from none: it takes a bit.
    if (this.symbols < 2) {
      for (let index = 0; index < 1 << TABLE_BITS; index++) store<u16>(this.table + 2 * index, 1)
      return
    }
    codeLengths(this.counts, this.symbols, LONGEST, this.lengths)
    makeDecodeTable(this.table, this.lengths, this.symbols, TABLE_BITS, LONGEST)
  }
  @inline
  count(symbol: u32): void {
    store<u32>(this.counts + 4 * symbol, load<u32>(this.counts + 4 * symbol) + 1)
    if (--this.left == 0) this.remake()
  }
  remake(): void {
    this.make()
    for (let symbol: u32 = 0; symbol < this.symbols; symbol++)
      store<u32>(this.counts + 4 * symbol, (load<u32>(this.counts + 4 * symbol) >> 1) + 1)
  }
}

/** A probability is that of a 0 in 64ths, counted over the last 64 decisions; at first every other of the second half was a 1. */
const PROBABILITY_BITS: u32 = 6
const FIRST_PROBABILITY: u8 = 48
const FIRST_DECISIONS: u64 = 0x55555555

/** One kind of decision: what it was lately selects the probability of what it is next. */
class Decision {
  /** u8 each. */
  zeros: usize
  /** The last 64 decisions with each probability: u64. */
  recent: usize
  state: u32 = 0
  constructor(public states: u32) {
    this.zeros = allocate(states)
    this.recent = allocate(8 * states)
  }
  reset(): void {
    this.state = 0
    for (let state: u32 = 0; state < this.states; state++) {
      store<u8>(this.zeros + state, FIRST_PROBABILITY)
      store<u64>(this.recent + 8 * state, FIRST_DECISIONS)
    }
  }
}

let literals: AdaptiveCode = changetype<AdaptiveCode>(0)
let lengths: AdaptiveCode = changetype<AdaptiveCode>(0)
let powers: AdaptiveCode = changetype<AdaptiveCode>(0)
let offsets: AdaptiveCode = changetype<AdaptiveCode>(0)
let deltas: AdaptiveCode = changetype<AdaptiveCode>(0)
let main: Decision = changetype<Decision>(0)
let match: Decision = changetype<Decision>(0)
let lz: Decision = changetype<Decision>(0)
let lzFirst: Decision = changetype<Decision>(0)
let lzSecond: Decision = changetype<Decision>(0)
let delta: Decision = changetype<Decision>(0)
let deltaFirst: Decision = changetype<Decision>(0)
let deltaSecond: Decision = changetype<Decision>(0)
/** The last four, u32: of matches the offset, of differences the offset and in the second array its power. */
const recentOffsets: usize = allocate(16)
const recentDeltas: usize = allocate(16)
const recentPowers: usize = allocate(16)

export function prepareLzmsDecoder(): void {
  literals = new AdaptiveCode(LITERAL_SYMBOLS, LITERAL_REBUILD)
  lengths = new AdaptiveCode(LENGTH_SYMBOLS, LENGTH_REBUILD)
  powers = new AdaptiveCode(POWER_SYMBOLS, POWER_REBUILD)
  offsets = new AdaptiveCode(OFFSET_SYMBOLS, OFFSET_REBUILD)
  deltas = new AdaptiveCode(OFFSET_SYMBOLS, OFFSET_REBUILD)
  main = new Decision(16)
  match = new Decision(32)
  lz = new Decision(64)
  lzFirst = new Decision(64)
  lzSecond = new Decision(64)
  delta = new Decision(64)
  deltaFirst = new Decision(64)
  deltaSecond = new Decision(64)
}

// The range decoder.
let range: u32 = 0
let code: u32 = 0
let forward: usize = 0
let inputEnd: usize = 0

function decide(decision: Decision): u32 {
  const state = decision.state
  const zeros = decision.zeros + state
  const recent = decision.recent + 8 * state
  const known: u32 = load<u8>(zeros)
  const probability = known == 0 ? 1 : known == 64 ? 63 : known
  if (range < 0x10000) {
    range <<= 16
    code = (code << 16) | (forward < inputEnd ? <u32>load<u16>(forward) : 0)
    forward += 2
  }
  const bound = (range >> PROBABILITY_BITS) * probability
  let bit: u32 = 0
  if (code < bound) range = bound
  else {
    range -= bound
    code -= bound
    bit = 1
  }
  const bits = load<u64>(recent)
  store<u8>(zeros, known + <u32>(bits >> 63) - bit)
  store<u64>(recent, (bits << 1) | bit)
  decision.state = ((state << 1) & (decision.states - 1)) | bit
  return bit
}

// 16-bit words from the end to the start, their bits from the top; the last `left` of `held` are not taken yet.
let backward: usize = 0
let inputStart: usize = 0
let held: u64 = 0
let left: u32 = 0

@inline
function ensure(count: u32): void {
  if (left >= count) return
  for (let each = 0; each < 2; each++) {
    backward -= 2
    held = (held << 16) | (backward >= inputStart && backward < inputEnd ? <u64>load<u16>(backward) : 0)
  }
  left += 32
}

function symbolOf(adaptive: AdaptiveCode): u32 {
  ensure(LONGEST)
  const table = adaptive.table
  let entry: u32 = load<u16>(table + 2 * (<u32>(held >> (left - TABLE_BITS)) & ((1 << TABLE_BITS) - 1)))
  if (entry & LINK) {
    left -= TABLE_BITS
    const rest = LONGEST - TABLE_BITS
    entry = load<u16>(table + 2 * ((entry & ~LINK) + (<u32>(held >> (left - rest)) & ((1 << rest) - 1))))
  }
  left -= entry & LENGTH_MASK
  const symbol = entry >> SYMBOL_SHIFT
  adaptive.count(symbol)
  return symbol
}

function valueOf(adaptive: AdaptiveCode, base: usize, extra: usize): u32 {
  const slot = symbolOf(adaptive)
  const count: u32 = load<u8>(extra + slot)
  if (count == 0) return load<u32>(base + 4 * slot)
  ensure(count)
  left -= count
  return load<u32>(base + 4 * slot) + (<u32>(held >> left) & ((1 << count) - 1))
}

/** Takes out of a queue what is at `index`, and puts it in front. */
function toFront(queue: usize, index: u32): u32 {
  const value = load<u32>(queue + 4 * index)
  for (let at = index; at > 0; at--) store<u32>(queue + 4 * at, load<u32>(queue + 4 * (at - 1)))
  store<u32>(queue, value)
  return value
}
/** Puts in front what is new; the last goes. */
function pushFront(queue: usize, value: u32): void {
  toFront(queue, 3)
  store<u32>(queue, value)
}

/** LZMS. False when the input is corrupt. */
export function decodeLzms(input: usize, inputSize: usize, output: usize, outputSize: usize): bool {
  if (inputSize < 4 || inputSize & 1) return false
  inputStart = input
  inputEnd = input + inputSize
  range = 0xffffffff
  code = (<u32>load<u16>(input) << 16) | load<u16>(input + 2)
  forward = input + 4
  backward = inputEnd
  held = 0
  left = 0
  literals.reset(LITERAL_SYMBOLS)
  lengths.reset(LENGTH_SYMBOLS)
  powers.reset(POWER_SYMBOLS)
  const slots = offsetSlots(<u32>outputSize)
  offsets.reset(slots)
  deltas.reset(slots)
  main.reset()
  match.reset()
  lz.reset()
  lzFirst.reset()
  lzSecond.reset()
  delta.reset()
  deltaFirst.reset()
  deltaSecond.reset()
  for (let index: u32 = 0; index < 4; index++) {
    store<u32>(recentOffsets + 4 * index, index + 1)
    store<u32>(recentDeltas + 4 * index, index + 1)
    store<u32>(recentPowers + 4 * index, 0)
  }
  // What was used last is in front of its queue and does not count yet.
  let isAfterMatch: u32 = 0
  let isAfterDelta: u32 = 0
  const end = output + outputSize
  let at = output
  while (at < end) {
    if (decide(main) == 0) {
      store<u8>(at++, symbolOf(literals))
      isAfterMatch = isAfterDelta = 0
    } else if (decide(match) == 0) {
      let offset: u32
      if (decide(lz) == 0) {
        offset = valueOf(offsets, offsetBase, offsetExtra)
        pushFront(recentOffsets, offset)
      } else {
        const index: u32 = decide(lzFirst) == 0 ? 0 : decide(lzSecond) == 0 ? 1 : 2
        offset = toFront(recentOffsets, index + isAfterMatch)
      }
      isAfterMatch = 1
      isAfterDelta = 0
      const length = valueOf(lengths, lengthBase, lengthExtra)
      if (offset > <u32>(at - output) || length > <u32>(end - at)) return false
      copyMatch(at, offset, length)
      at += length
    } else {
      let power: u32
      let raw: u32
      if (decide(delta) == 0) {
        power = symbolOf(powers)
        raw = valueOf(deltas, offsetBase, offsetExtra)
        pushFront(recentPowers, power)
        pushFront(recentDeltas, raw)
      } else {
        const index: u32 = decide(deltaFirst) == 0 ? 0 : decide(deltaSecond) == 0 ? 1 : 2
        power = toFront(recentPowers, index + isAfterDelta)
        raw = toFront(recentDeltas, index + isAfterDelta)
      }
      isAfterMatch = 0
      isAfterDelta = 1
      const length = valueOf(lengths, lengthBase, lengthExtra)
      const span: u64 = 1 << power
      const offset = <u64>raw << power
      if (offset + span > <u64>(at - output) || length > <u32>(end - at)) return false
      const near = <usize>span
      const far = <usize>offset
      for (const stop = at + length; at < stop; at++)
        store<u8>(at, load<u8>(at - far) + load<u8>(at - near) - load<u8>(at - far - near))
    }
  }
  relativeAddresses(output, <u32>outputSize)
  return true
}
