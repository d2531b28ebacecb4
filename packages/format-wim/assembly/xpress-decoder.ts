import { copyMatch } from './copy'
import { LENGTH_MASK, LINK, makeDecodeTable, SYMBOL_SHIFT, tableSize } from './huffman-decoder'
import { allocate } from './memory'

const SYMBOLS: u32 = 512
const LONGEST: u32 = 15
const TABLE_BITS: u32 = 11
/** Two codeword lengths in a byte ([MS-XCA] 2.2.2). */
const LENGTHS_SIZE: usize = SYMBOLS / 2
const SHORTEST_MATCH: u32 = 3

let table: usize = 0
let lengths: usize = 0

export function prepareXpressDecoder(): void {
  table = allocate(tableSize(SYMBOLS, TABLE_BITS, LONGEST))
  lengths = allocate(SYMBOLS)
}

/** XPRESS with Huffman codes, [MS-XCA] 2.2. False when the input is corrupt. */
export function decodeXpress(input: usize, inputSize: usize, output: usize, outputSize: usize): bool {
  if (inputSize < LENGTHS_SIZE) return false
  for (let at: usize = 0; at < LENGTHS_SIZE; at++) {
    const pair = load<u8>(input + at)
    store<u8>(lengths + 2 * at, pair & 0xf)
    store<u8>(lengths + 2 * at + 1, pair >> 4)
  }
  if (!makeDecodeTable(table, lengths, SYMBOLS, TABLE_BITS, LONGEST)) return false
  const inputEnd = input + inputSize
  const end = output + outputSize
  let next = input + LENGTHS_SIZE
  let bits: u32 = 0
  let left: u32 = 0
  let at = output
  while (at < end) {
    if (left < 16) {
      bits = (bits << 16) | (next + 1 < inputEnd ? <u32>load<u16>(next) : 0)
      next += 2
      left += 16
    }
    let entry: u32 = load<u16>(table + 2 * ((bits >>> (left - TABLE_BITS)) & ((1 << TABLE_BITS) - 1)))
    if (entry & LINK) {
      left -= TABLE_BITS
      const index = (entry & ~LINK) + ((bits >>> (left - (LONGEST - TABLE_BITS))) & ((1 << (LONGEST - TABLE_BITS)) - 1))
      entry = load<u16>(table + 2 * index)
    }
    left -= entry & LENGTH_MASK
    const symbol = entry >> SYMBOL_SHIFT
    if (symbol < 256) {
      store<u8>(at++, symbol)
      continue
    }
    if (left < 16) {
      bits = (bits << 16) | (next + 1 < inputEnd ? <u32>load<u16>(next) : 0)
      next += 2
      left += 16
    }
    let length = symbol & 0xf
    if (length == 0xf) {
      const more: u32 = next < inputEnd ? load<u8>(next) : 0
      next += 1
      length += more
      if (more == 0xff) {
        length = next + 1 < inputEnd ? load<u16>(next) : 0
        next += 2
      }
    }
    length += SHORTEST_MATCH
    const offsetBits = (symbol >> 4) & 0xf
    left -= offsetBits
    const offset: u32 = (<u32>1 << offsetBits) | ((bits >>> left) & ((1 << offsetBits) - 1))
    if (offset > <u32>(at - output) || length > <u32>(end - at)) return false
    copyMatch(at, offset, length)
    at += length
  }
  return true
}
