/** Symbols take the low bits of a number to sort by: 799 is the most that a code has. */
const SYMBOL_BITS = 10
const SYMBOL_MASK = (1 << SYMBOL_BITS) - 1

/** Makes codes again and again without taking memory each time. */
export interface CodeMaker {
  /**
   * Lengths of the Huffman code for `counts`, none above `longest`; 0 for a symbol that does not come. Two queues make it: of two that are
   * as rare, a symbol goes before what was joined already, and of two symbols the lower one. Counts are below 2^22.
   */
  lengths(counts: Uint32Array, symbols: number, longest: number, lengths: Uint8Array): void
}

export function codeMaker(mostSymbols: number): CodeMaker {
  const keys = new Uint32Array(mostSymbols)
  const weights = new Float64Array(mostSymbols)
  const parents = new Uint16Array(mostSymbols)
  const leafParents = new Uint16Array(mostSymbols)
  const depths = new Uint16Array(mostSymbols)
  const perLength = new Uint16Array(32)
  return {
    lengths(counts, symbols, longest, lengths) {
      lengths.fill(0, 0, symbols)
      let used = 0
      for (let symbol = 0; symbol < symbols; symbol++)
        if (counts[symbol]! > 0) keys[used++] = ((counts[symbol]! << SYMBOL_BITS) | symbol) >>> 0
      // A code has two codewords at least, or a decoder would take it for broken.
      if (used < 2) {
        const only = used === 0 ? 0 : keys[0]! & SYMBOL_MASK
        lengths[0] = 1
        lengths[only === 0 ? 1 : only] = 1
        return
      }
      const sorted = keys.subarray(0, used).sort()
      let leaf = 0
      let joined = 0
      for (let made = 0; made < used - 1; made++) {
        let weight = 0
        for (let child = 0; child < 2; child++) {
          const leafWeight = leaf < used ? sorted[leaf]! >>> SYMBOL_BITS : Number.POSITIVE_INFINITY
          if (joined === made || leafWeight <= weights[joined]!) {
            weight += leafWeight
            leafParents[leaf++] = made
          } else {
            weight += weights[joined]!
            parents[joined++] = made
          }
        }
        weights[made] = weight
      }
      perLength.fill(0)
      depths[used - 2] = 0
      for (let node = used - 3; node >= 0; node--) depths[node] = depths[parents[node]!]! + 1
      for (let at = 0; at < used; at++) perLength[Math.min(depths[leafParents[at]!]! + 1, longest)]!++
      shorten(perLength, longest)
      let at = 0
      for (let length = longest; length > 0; length--)
        for (let count = perLength[length]!; count > 0; count--) lengths[sorted[at++]! & SYMBOL_MASK] = length
    },
  }
}

/** After codewords were cut to the longest length there are too many: one of another length becomes longer for each two that find room. */
function shorten(perLength: Uint16Array, longest: number): void {
  let taken = 0
  for (let length = 1; length <= longest; length++) taken += perLength[length]! * 2 ** (longest - length)
  while (taken > 2 ** longest) {
    let length = longest - 1
    while (perLength[length] === 0) length--
    perLength[length]!--
    perLength[length + 1]!++
    taken -= 2 ** (longest - length - 1)
  }
  // The last step may have made more room than was wanted.
  for (let length = longest; taken < 2 ** longest && length > 1; ) {
    const gain = 2 ** (longest - length)
    if (perLength[length]! > 0 && taken + gain <= 2 ** longest) {
      perLength[length]!--
      perLength[length - 1]!++
      taken += gain
    } else length--
  }
}

/** Canonical codewords: shorter before longer, then by symbol. */
export function canonicalCodewords(lengths: Uint8Array, symbols: number, codewords: Uint16Array): void {
  const counts = new Uint32Array(17)
  const next = new Uint32Array(17)
  for (let symbol = 0; symbol < symbols; symbol++) counts[lengths[symbol]!]!++
  counts[0] = 0
  for (let length = 1; length < 17; length++) next[length] = (next[length - 1]! + counts[length - 1]!) << 1
  for (let symbol = 0; symbol < symbols; symbol++) codewords[symbol] = next[lengths[symbol]!]!++
}
