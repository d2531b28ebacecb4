const HASH_BITS = 15
const SHORT_HASH_BITS = 13
const MULTIPLIER = 0x1e35a7bd

export const SHORTEST = 3
/** Bytes that are compared at once. */
const WORD = 4

/** Finds earlier copies of what comes next by chains of positions with the same hash. Every position is to be passed once, in order. */
export class MatchFinder {
  /** Where the last match found begins, in bytes before the position. */
  offset = 0
  /** Positions from 1 on, so that 0 is none. */
  readonly #heads = new Int32Array(1 << HASH_BITS)
  readonly #shortHeads = new Int32Array(1 << SHORT_HASH_BITS)
  readonly #chain: Int32Array
  /** The four bytes at each position. */
  readonly #words: Int32Array
  #input: Uint8Array = new Uint8Array(0)

  constructor(chunkSize: number) {
    this.#chain = new Int32Array(chunkSize + 1)
    this.#words = new Int32Array(chunkSize)
  }
  start(input: Uint8Array): void {
    this.#heads.fill(0)
    this.#shortHeads.fill(0)
    this.#input = input
    const words = this.#words
    let word = 0
    for (let at = 0; at < input.length; at++) {
      word = (word >>> 8) | (input[at]! << 24)
      if (at >= WORD - 1) words[at - WORD + 1] = word
    }
  }
  /** Takes in `count` positions from `at` on, without looking for matches. */
  skip(at: number, count: number): void {
    const words = this.#words
    const heads = this.#heads
    const shortHeads = this.#shortHeads
    const chain = this.#chain
    for (const end = Math.min(at + count, this.#input.length - WORD + 1); at < end; ) {
      const word = words[at]!
      const hash = Math.imul(word, MULTIPLIER) >>> (32 - HASH_BITS)
      const before = heads[hash]!
      heads[hash] = shortHeads[Math.imul(word << 8, MULTIPLIER) >>> (32 - SHORT_HASH_BITS)] = ++at
      chain[at] = before
    }
  }
  /**
   * Length of the longest match at `at` that is longer than `best`, up to `longest`, or `best`. Ends at one of `nice` or after `depth`
   * positions were compared. Takes the position in.
   */
  find(at: number, best: number, longest: number, nice: number, depth: number): number {
    const input = this.#input
    if (at + WORD > input.length) return best
    const words = this.#words
    const chain = this.#chain
    const word = words[at]!
    const hash = Math.imul(word, MULTIPLIER) >>> (32 - HASH_BITS)
    const shortHash = Math.imul(word << 8, MULTIPLIER) >>> (32 - SHORT_HASH_BITS)
    const short = this.#shortHeads[shortHash]! - 1
    let candidate = this.#heads[hash]!
    this.#shortHeads[shortHash] = at + 1
    this.#heads[hash] = at + 1
    chain[at + 1] = candidate
    if (best >= longest || longest < WORD) return best
    if (best < SHORTEST) {
      if (short >= 0 && (words[short]! ^ word) << 8 === 0) {
        best = SHORTEST
        this.offset = at - short
      }
    }
    // Shorter ones than a word are not in the chain.
    let end = best < SHORTEST ? 0 : best - SHORTEST
    let tail = words[at + end]!
    for (; candidate > 0 && depth > 0; depth--) {
      const from = candidate - 1
      if (words[from + end] === tail && words[from] === word) {
        let length = WORD
        while (length + WORD <= longest && words[from + length] === words[at + length]) length += WORD
        while (length < longest && input[from + length] === input[at + length]) length++
        if (length > best) {
          best = length
          this.offset = at - from
          if (length >= nice || length === longest) return best
          end = length - SHORTEST
          tail = words[at + end]!
        }
      }
      candidate = chain[candidate]!
    }
    return best
  }
}
