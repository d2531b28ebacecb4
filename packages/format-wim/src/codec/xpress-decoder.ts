import { CorruptChunkError, type Decoder, LONG_COPY } from './codec.ts'
import { LENGTH_MASK, LINK, makeDecodeTable, SYMBOL_SHIFT, tableSize } from './huffman-decoder.ts'

const SYMBOLS = 512
const LONGEST = 15
const TABLE_BITS = 11
/** Two codeword lengths in a byte ([MS-XCA] 2.2.2). */
const LENGTHS_SIZE = SYMBOLS / 2
const SHORTEST_MATCH = 3

/** XPRESS with Huffman codes, [MS-XCA] 2.2: one block of at most 64 KiB. The decoder can be used again, not at once. */
export function xpressDecoder(): Decoder {
  const table = new Uint16Array(tableSize(SYMBOLS, TABLE_BITS, LONGEST))
  const lengths = new Uint8Array(SYMBOLS)
  return (input, output) => {
    if (input.length < LENGTHS_SIZE) throw new CorruptChunkError('it ends in its code')
    for (let at = 0; at < LENGTHS_SIZE; at++) {
      lengths[2 * at] = input[at]! & 0xf
      lengths[2 * at + 1] = input[at]! >> 4
    }
    makeDecodeTable(table, lengths, SYMBOLS, TABLE_BITS, LONGEST)
    const inputSize = input.length
    const size = output.length
    let next = LENGTHS_SIZE
    let bits = 0
    let left = 0
    let at = 0
    while (at < size) {
      if (left < 16) {
        bits = (bits << 16) | (next + 1 < inputSize ? input[next]! | (input[next + 1]! << 8) : 0)
        next += 2
        left += 16
      }
      let entry = table[(bits >>> (left - TABLE_BITS)) & ((1 << TABLE_BITS) - 1)]!
      if (entry & LINK) {
        left -= TABLE_BITS
        entry =
          table[(entry & ~LINK) + ((bits >>> (left - LONGEST + TABLE_BITS)) & ((1 << (LONGEST - TABLE_BITS)) - 1))]!
      }
      left -= entry & LENGTH_MASK
      const symbol = entry >> SYMBOL_SHIFT
      if (symbol < 256) {
        output[at++] = symbol
        continue
      }
      if (left < 16) {
        bits = (bits << 16) | (next + 1 < inputSize ? input[next]! | (input[next + 1]! << 8) : 0)
        next += 2
        left += 16
      }
      let length = symbol & 0xf
      if (length === 0xf) {
        length += next < inputSize ? input[next]! : 0
        next += 1
        if (length === 0xf + 0xff) {
          length = next + 1 < inputSize ? input[next]! | (input[next + 1]! << 8) : 0
          next += 2
        }
      }
      length += SHORTEST_MATCH
      const offsetBits = (symbol >> 4) & 0xf
      left -= offsetBits
      const offset = (1 << offsetBits) | ((bits >>> left) & ((1 << offsetBits) - 1))
      if (offset > at || length > size - at)
        throw new CorruptChunkError(`${length} bytes from ${offset} before byte ${at} of ${size}`)
      const end = at + length
      if (length > LONG_COPY && offset >= length) output.copyWithin(at, at - offset, end - offset)
      else for (let each = at; each < end; each++) output[each] = output[each - offset]!
      at = end
    }
  }
}
