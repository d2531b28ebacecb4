import { CorruptChunkError } from './codec.ts'

/** An entry that leads to a second table has this bit, and below it where that table begins. */
export const LINK = 0x8000
/** Others: the symbol, and below it how many bits its codeword still takes. */
export const SYMBOL_SHIFT = 4
export const LENGTH_MASK = 0xf

/** Entries of a table for `symbols` codewords of up to `longest` bits, looked up by `bits` at first. */
export const tableSize = (symbols: number, bits: number, longest: number): number =>
  (1 << bits) + (Math.min(symbols, 1 << bits) << (longest - bits))

/**
 * Makes the table by which canonical codewords of the given lengths are decoded. The first `bits` bits of the input select an entry; that
 * of a longer codeword leads to a second table, selected by the `longest - bits` bits that follow. A code of no symbols decodes as 0.
 * Throws {@link CorruptChunkError} for lengths that no complete code has.
 */
export function makeDecodeTable(
  table: Uint16Array,
  lengths: Uint8Array,
  symbols: number,
  bits: number,
  longest: number,
): void {
  const counts = new Uint16Array(17)
  for (let symbol = 0; symbol < symbols; symbol++) counts[lengths[symbol]!]!++
  const starts = new Uint16Array(18)
  let room = 1
  for (let length = 1; length <= longest; length++) {
    starts[length + 1] = starts[length]! + counts[length]!
    room = room * 2 - counts[length]!
    if (room < 0) throw new CorruptChunkError('more codewords than a code can have')
  }
  const used = starts[longest + 1]!
  if (used === 0) {
    table.fill(0, 0, 1 << bits)
    return
  }
  if (room > 0) throw new CorruptChunkError('a code with unused codewords')
  const sorted = new Uint16Array(used)
  for (let symbol = 0; symbol < symbols; symbol++) {
    const length = lengths[symbol]!
    if (length > 0) sorted[starts[length]!++] = symbol
  }
  let position = 0
  let index = 0
  for (let length = 1; length <= bits; length++) {
    const span = 1 << (bits - length)
    for (let count = counts[length]!; count > 0; count--) {
      const entry = (sorted[index++]! << SYMBOL_SHIFT) | length
      for (const end = position + span; position < end; ) table[position++] = entry
    }
  }
  const rest = longest - bits
  let next = 1 << bits
  let filled = 1 << rest
  for (let length = bits + 1; length <= longest; length++) {
    const span = 1 << (longest - length)
    for (let count = counts[length]!; count > 0; count--) {
      if (filled === 1 << rest) {
        table[position++] = LINK | next
        filled = 0
      }
      const entry = (sorted[index++]! << SYMBOL_SHIFT) | (length - bits)
      for (let each = 0; each < span; each++) table[next++] = entry
      filled += span
    }
  }
}
