import { CorruptChunkError, type Decoder } from './codec.ts'
import { LENGTH_MASK, LINK, SYMBOL_SHIFT } from './huffman-decoder.ts'
import {
  DECISIONS,
  FIRST_DECISIONS,
  FIRST_PROBABILITY,
  LENGTHS,
  LONGEST,
  OFFSETS,
  offsetSlots,
  PROBABILITY_BITS,
  REBUILD_AFTER,
  REPEATS,
  type Slots,
  SYMBOLS,
} from './lzms.ts'
import { relativeAddresses } from './lzms-calls.ts'
import { AdaptiveCode } from './lzms-code.ts'

/** What was decoded before: a repeated offset is not the one that has just been used. */
const AFTER = { literal: 0, lz: 1, delta: 2 } as const

/** LZMS in chunks of any size. The decoder can be used again, not at once. */
export function lzmsDecoder(): Decoder {
  const lastUses = new Int32Array(1 << 16)
  const literals = new AdaptiveCode(SYMBOLS.literal, REBUILD_AFTER.literal)
  const lengths = new AdaptiveCode(SYMBOLS.length, REBUILD_AFTER.length)
  const powers = new AdaptiveCode(SYMBOLS.power, REBUILD_AFTER.power)
  /** By how many slots there are: that depends on the size of the chunk. */
  const offsetCodes = new Map<number, readonly [lz: AdaptiveCode, delta: AdaptiveCode]>()

  return (input, output) => {
    if (input.length < 4 || input.length % 2 !== 0)
      throw new CorruptChunkError(`${input.length} bytes; expected an even number, at least 4`)
    const slots = offsetSlots(output.length)
    const offsets =
      offsetCodes.get(slots) ??
      ([new AdaptiveCode(slots, REBUILD_AFTER.offset), new AdaptiveCode(slots, REBUILD_AFTER.offset)] as const)
    offsetCodes.set(slots, offsets)
    for (const code of [literals, lengths, powers, ...offsets]) code.reset()
    const decisions = new RangeDecoder(input)
    const symbols = new BackwardReader(input)
    const main = new Decision(DECISIONS.main)
    const match = new Decision(DECISIONS.match)
    const lz = new Decision(DECISIONS.lz)
    const delta = new Decision(DECISIONS.delta)
    const lzRepeats = [new Decision(DECISIONS.lzRepeat), new Decision(DECISIONS.lzRepeat)]
    const deltaRepeats = [new Decision(DECISIONS.deltaRepeat), new Decision(DECISIONS.deltaRepeat)]
    const recentOffsets = [1, 2, 3, 4]
    const recentDeltas = [1, 2, 3, 4].map(raw => ({ power: 0, raw }))
    /** Takes what is repeated out of the queue, which `isAfter` says has one in front that does not count yet. */
    const repeated = <T>(queue: T[], kinds: readonly Decision[], isAfter: boolean): T => {
      let index = isAfter ? 1 : 0
      for (let each = 0; each < REPEATS - 1 && decisions.next(kinds[each]!) === 1; each++) index++
      return queue.splice(index, 1)[0]!
    }
    let before: number = AFTER.literal
    let at = 0
    while (at < output.length) {
      if (decisions.next(main) === 0) {
        output[at++] = symbols.symbol(literals)
        before = AFTER.literal
      } else if (decisions.next(match) === 0) {
        let offset: number
        if (decisions.next(lz) === 0) {
          offset = symbols.value(offsets[0], OFFSETS)
          recentOffsets.pop()
        } else offset = repeated(recentOffsets, lzRepeats, before === AFTER.lz)
        recentOffsets.unshift(offset)
        before = AFTER.lz
        const length = symbols.value(lengths, LENGTHS)
        if (offset > at || length > output.length - at)
          throw new CorruptChunkError(`${length} bytes from ${offset} before byte ${at} of ${output.length}`)
        for (let from = at - offset, end = at + length; at < end; ) output[at++] = output[from++]!
      } else {
        let pair: { readonly power: number; readonly raw: number }
        if (decisions.next(delta) === 0) {
          const power = symbols.symbol(powers)
          pair = { power, raw: symbols.value(offsets[1], OFFSETS) }
          recentDeltas.pop()
        } else pair = repeated(recentDeltas, deltaRepeats, before === AFTER.delta)
        recentDeltas.unshift(pair)
        before = AFTER.delta
        const length = symbols.value(lengths, LENGTHS)
        const span = 1 << pair.power
        const offset = pair.raw * span
        if (offset + span > at || length > output.length - at)
          throw new CorruptChunkError(`${length} differences from ${offset} before byte ${at} of ${output.length}`)
        for (const end = at + length; at < end; at++)
          output[at] = output[at - offset]! + output[at - span]! - output[at - offset - span]!
      }
    }
    relativeAddresses(output, lastUses)
  }
}

/** One kind of decision: what it was lately selects the probability of what it is next. */
class Decision {
  readonly mask: number
  readonly zeros: Uint8Array
  /** The last 64 decisions with each probability, in two halves. */
  readonly high: Uint32Array
  readonly low: Uint32Array
  state = 0
  constructor(states: number) {
    this.mask = states - 1
    this.zeros = new Uint8Array(states).fill(FIRST_PROBABILITY)
    this.high = new Uint32Array(states)
    this.low = new Uint32Array(states).fill(FIRST_DECISIONS)
  }
}

class RangeDecoder {
  readonly #input: Uint8Array
  #range = 0xffffffff
  #code: number
  #next = 4
  constructor(input: Uint8Array) {
    this.#input = input
    this.#code = ((input[0]! << 16) | (input[1]! << 24) | input[2]! | (input[3]! << 8)) >>> 0
  }
  next(decision: Decision): 0 | 1 {
    const { state, zeros, high, low } = decision
    const known = zeros[state]!
    const probability = known === 0 ? 1 : known === 64 ? 63 : known
    if (this.#range < 0x10000) {
      const input = this.#input
      const at = this.#next
      this.#range = (this.#range << 16) >>> 0
      this.#code = ((this.#code << 16) | (at < input.length ? input[at]! | (input[at + 1]! << 8) : 0)) >>> 0
      this.#next += 2
    }
    const bound = (this.#range >>> PROBABILITY_BITS) * probability
    let bit: 0 | 1 = 0
    if (this.#code < bound) this.#range = bound
    else {
      this.#range -= bound
      this.#code -= bound
      bit = 1
    }
    zeros[state] = known + (high[state]! >>> 31) - bit
    high[state] = (high[state]! << 1) | (low[state]! >>> 31)
    low[state] = (low[state]! << 1) | bit
    decision.state = ((state << 1) & decision.mask) | bit
    return bit
  }
}

/** 16-bit words from the end to the start, their bits from the top. */
class BackwardReader {
  readonly #input: Uint8Array
  #next: number
  #bits = 0
  #left = 0
  constructor(input: Uint8Array) {
    this.#input = input
    this.#next = input.length
  }
  #fill(): void {
    const at = this.#next - 2
    this.#bits = (this.#bits << 16) | (at >= 0 ? this.#input[at]! | (this.#input[at + 1]! << 8) : 0)
    this.#next = at
    this.#left += 16
  }
  #take(count: number): number {
    if (this.#left < count) this.#fill()
    this.#left -= count
    return (this.#bits >>> this.#left) & ((1 << count) - 1)
  }
  symbol(code: AdaptiveCode): number {
    if (this.#left < LONGEST) this.#fill()
    const { bits } = AdaptiveCode
    let entry = code.table[(this.#bits >>> (this.#left - bits)) & ((1 << bits) - 1)]!
    if (entry & LINK) {
      this.#left -= bits
      const rest = LONGEST - bits
      entry = code.table[(entry & ~LINK) + ((this.#bits >>> (this.#left - rest)) & ((1 << rest) - 1))]!
    }
    this.#left -= entry & LENGTH_MASK
    const symbol = entry >> SYMBOL_SHIFT
    code.count(symbol)
    return symbol
  }
  value(code: AdaptiveCode, { base, extra }: Slots): number {
    const slot = this.symbol(code)
    const bits = extra[slot]!
    const upper = bits > 16 ? this.#take(bits - 16) * 0x10000 : 0
    return base[slot]! + upper + this.#take(Math.min(bits, 16))
  }
}
