import { allocate } from './memory'

/** An entry that leads to a second table has this bit, and below it where that table begins. */
export const LINK: u32 = 0x8000
/** Others: the symbol, and below it how many bits its codeword still takes. */
export const SYMBOL_SHIFT: u32 = 4
export const LENGTH_MASK: u32 = 0xf

const counts: usize = allocate(2 * 18)
const starts: usize = allocate(2 * 18)
/** 496 symbols and more: LZX with large windows has 656. */
const sorted: usize = allocate(2 * 1024)

/** Bytes of a table for `symbols` codewords of up to `longest` bits, looked up by `bits` at first. */
export function tableSize(symbols: u32, bits: u32, longest: u32): usize {
  const second = symbols < 1 << bits ? symbols : 1 << bits
  return 2 * ((1 << bits) + (second << (longest - bits)))
}

/**
 * Makes the table by which canonical codewords of the given lengths are decoded. The first `bits` bits of the input select an entry; that
 * of a longer codeword leads to a second table, selected by the `longest - bits` bits that follow. A code of no symbols decodes as 0.
 * False for lengths that no complete code has.
 */
export function makeDecodeTable(table: usize, lengths: usize, symbols: u32, bits: u32, longest: u32): bool {
  memory.fill(counts, 0, 2 * 18)
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const at = counts + 2 * <usize>load<u8>(lengths + symbol)
    store<u16>(at, load<u16>(at) + 1)
  }
  let room: i32 = 1
  store<u16>(starts + 2, 0)
  for (let length: u32 = 1; length <= longest; length++) {
    const count = load<u16>(counts + 2 * length)
    store<u16>(starts + 2 * (length + 1), load<u16>(starts + 2 * length) + count)
    room = room * 2 - count
    if (room < 0) return false
  }
  const used: u32 = load<u16>(starts + 2 * (longest + 1))
  if (used == 0) {
    memory.fill(table, 0, 2 << bits)
    return true
  }
  if (room > 0) return false
  for (let symbol: u32 = 0; symbol < symbols; symbol++) {
    const length = load<u8>(lengths + symbol)
    if (length == 0) continue
    const at = starts + 2 * <usize>length
    const start = load<u16>(at)
    store<u16>(sorted + 2 * <usize>start, symbol)
    store<u16>(at, start + 1)
  }
  let position = table
  let next = sorted
  for (let length: u32 = 1; length <= bits; length++) {
    const span: u32 = 1 << (bits - length)
    for (let count: u32 = load<u16>(counts + 2 * length); count > 0; count--) {
      const entry = (<u32>load<u16>(next) << SYMBOL_SHIFT) | length
      next += 2
      for (const end = position + 2 * span; position < end; position += 2) store<u16>(position, entry)
    }
  }
  const full: u32 = 1 << (longest - bits)
  let second: u32 = 1 << bits
  let filled = full
  for (let length = bits + 1; length <= longest; length++) {
    const span: u32 = 1 << (longest - length)
    for (let count: u32 = load<u16>(counts + 2 * length); count > 0; count--) {
      if (filled == full) {
        store<u16>(position, LINK | second)
        position += 2
        filled = 0
      }
      const entry = (<u32>load<u16>(next) << SYMBOL_SHIFT) | (length - bits)
      next += 2
      for (let each: u32 = 0; each < span; each++) store<u16>(table + 2 * second++, entry)
      filled += span
    }
  }
  return true
}
