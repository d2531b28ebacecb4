import type { Encoder } from './codec.ts'
import { canonicalCodewords, codeMaker } from './huffman-encoder.ts'
import { MatchFinder, SHORTEST } from './match-finder.ts'

const SYMBOLS = 512
const LONGEST = 15
const LENGTHS_SIZE = SYMBOLS / 2
/** Other decoders want it at the end ([MS-XCA] 2.1.4.3). */
const END_OF_DATA = 256
const LONGEST_MATCH = 0xffff
/** Short matches from far away cost more than their bytes. */
const SHORT_REACH = 4096
const DEPTH = 20
const NICE = 93

/** An item is a byte, or a match: its length in the upper half, its offset in the lower. */
const isMatch = (item: number): boolean => item >= 0x10000

/** XPRESS with Huffman codes, [MS-XCA] 2.1, in chunks of at most `chunkSize` bytes, 64 KiB at most. The encoder can be used again, not at once. */
export function xpressEncoder(chunkSize: number): Encoder {
  const finder = new MatchFinder(chunkSize)
  const counts = new Uint32Array(SYMBOLS)
  const lengths = new Uint8Array(SYMBOLS)
  const codewords = new Uint16Array(SYMBOLS)
  const items = new Uint32Array(chunkSize)
  const maker = codeMaker(SYMBOLS)
  const addMatch = (at: number, length: number, offset: number): number => {
    items[at] = (length << 16) | offset
    counts[symbolOf(length, offset)]!++
    return at + 1
  }

  /** Items of the input, lazily: a match is put off when the next byte begins a better one. */
  const parse = (input: Uint8Array): number => {
    finder.start(input)
    counts.fill(0)
    let count = 0
    const addLiteral = (byte: number): void => {
      items[count++] = byte
      counts[byte]!++
    }
    const size = input.length
    for (let at = 0; at < size; ) {
      let length = finder.find(at, SHORTEST - 1, Math.min(size - at, LONGEST_MATCH), NICE, DEPTH)
      let { offset } = finder
      if (length < SHORTEST || (length === SHORTEST && offset >= SHORT_REACH)) {
        addLiteral(input[at++]!)
        continue
      }
      let passed = at + 1
      for (;;) {
        if (length >= NICE) break
        const better = finder.find(passed, length, Math.min(size - passed, LONGEST_MATCH), NICE, DEPTH >> 1)
        passed++
        if (better <= length) break
        addLiteral(input[at++]!)
        length = better
        offset = finder.offset
      }
      count = addMatch(count, length, offset)
      finder.skip(passed, at + length - passed)
      at += length
    }
    counts[END_OF_DATA]!++
    return count
  }

  return (input, output) => {
    if (input.length <= LENGTHS_SIZE + 8) return 0
    const count = parse(input)
    maker.lengths(counts, SYMBOLS, LONGEST, lengths)
    canonicalCodewords(lengths, SYMBOLS, codewords)
    for (let at = 0; at < LENGTHS_SIZE; at++) output[at] = lengths[2 * at]! | (lengths[2 * at + 1]! << 4)
    // Two words for bits are kept before the bytes that are between them: a decoder has read that far ahead.
    let word = LENGTHS_SIZE
    let wordAfter = LENGTHS_SIZE + 2
    let next = LENGTHS_SIZE + 4
    let bits = 0
    let held = 0
    const limit = output.length - 8
    const put = (value: number, width: number): void => {
      held += width
      bits = (bits << width) | value
      if (held > 16) {
        held -= 16
        output[word] = bits >>> held
        output[word + 1] = bits >>> (held + 8)
        word = wordAfter
        wordAfter = next
        next += 2
      }
    }
    for (let index = 0; index < count; index++) {
      if (next > limit) return 0
      const item = items[index]!
      if (!isMatch(item)) {
        put(codewords[item]!, lengths[item]!)
        continue
      }
      const offset = item & 0xffff
      const length = (item >>> 16) - SHORTEST
      const symbol = symbolOf(length + SHORTEST, offset)
      put(codewords[symbol]!, lengths[symbol]!)
      if (length >= 0xf) {
        output[next++] = Math.min(length - 0xf, 0xff)
        if (length - 0xf >= 0xff) {
          output[next++] = length
          output[next++] = length >> 8
        }
      }
      const width = 31 - Math.clz32(offset)
      put(offset & ((1 << width) - 1), width)
    }
    put(codewords[END_OF_DATA]!, lengths[END_OF_DATA]!)
    bits <<= 16 - held
    output[word] = bits
    output[word + 1] = bits >>> 8
    output[wordAfter] = 0
    output[wordAfter + 1] = 0
    return next < input.length ? next : 0
  }
}

const symbolOf = (length: number, offset: number): number =>
  256 | ((31 - Math.clz32(offset)) << 4) | Math.min(length - SHORTEST, 0xf)
