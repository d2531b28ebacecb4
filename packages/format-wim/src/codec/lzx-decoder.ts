import { CorruptChunkError, type Decoder, LONG_COPY } from './codec.ts'
import { LENGTH_MASK, LINK, makeDecodeTable, SYMBOL_SHIFT, tableSize } from './huffman-decoder.ts'
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
import { relativeCalls } from './lzx-calls.ts'

const MAIN_BITS = 11
const LENGTH_BITS = 9
const PRECODE_BITS = 6

/** LZX in chunks of at most `chunkSize` bytes. The decoder can be used again, not at once. */
export function lzxDecoder(chunkSize: number): Decoder {
  const order = windowOrder(chunkSize)
  const symbols = mainSymbols(order)
  const mainLengths = new Uint8Array(symbols)
  const lengthLengths = new Uint8Array(LENGTH_SYMBOLS)
  const mainTable = new Uint16Array(tableSize(symbols, MAIN_BITS, LONGEST.main))
  const lengthTable = new Uint16Array(tableSize(LENGTH_SYMBOLS, LENGTH_BITS, LONGEST.length))
  const alignedTable = new Uint16Array(tableSize(ALIGNED_SYMBOLS, LONGEST.aligned, LONGEST.aligned))
  const precodeTable = new Uint16Array(tableSize(PRECODE_SYMBOLS, PRECODE_BITS, LONGEST.precode))
  const smallLengths = new Uint8Array(PRECODE_SYMBOLS)
  const input = new BitReader()

  const readSmallCode = (table: Uint16Array, count: number, width: number, bits: number, longest: number): void => {
    for (let symbol = 0; symbol < count; symbol++) smallLengths[symbol] = input.take(width)
    makeDecodeTable(table, smallLengths, count, bits, longest)
  }
  /** Codeword lengths are coded as differences from those of the block before, with runs ([MS-PATCH]). */
  const readLengths = (lengths: Uint8Array, from: number, to: number): void => {
    readSmallCode(precodeTable, PRECODE_SYMBOLS, PRECODE_LENGTH_BITS, PRECODE_BITS, LONGEST.precode)
    const next = (): number => input.symbol(precodeTable, PRECODE_BITS, LONGEST.precode)
    for (let at = from; at < to; ) {
      const symbol = next()
      let run = 1
      let length = 0
      if (symbol < 17) length = (lengths[at]! - symbol + 17) % 17
      else if (symbol === 17) run = 4 + input.take(4)
      else if (symbol === 18) run = 20 + input.take(5)
      else {
        run = 4 + input.take(1)
        const difference = next()
        if (difference > 16) throw new CorruptChunkError(`a run of code lengths with symbol ${difference}`)
        length = (lengths[at]! - difference + 17) % 17
      }
      // Other encoders let a run end behind the last length.
      for (const end = Math.min(at + run, to); at < end; ) lengths[at++] = length
    }
  }
  const readCodes = (isAligned: boolean): void => {
    if (isAligned) readSmallCode(alignedTable, ALIGNED_SYMBOLS, ALIGNED_LENGTH_BITS, LONGEST.aligned, LONGEST.aligned)
    readLengths(mainLengths, 0, LITERALS)
    readLengths(mainLengths, LITERALS, symbols)
    makeDecodeTable(mainTable, mainLengths, symbols, MAIN_BITS, LONGEST.main)
    readLengths(lengthLengths, 0, LENGTH_SYMBOLS)
    makeDecodeTable(lengthTable, lengthLengths, LENGTH_SYMBOLS, LENGTH_BITS, LONGEST.length)
  }

  const recent = new Uint32Array(RECENT_OFFSETS)
  /** The bytes of one block with codes; its state in local variables, for this is where the time goes. */
  const readMatches = (output: Uint8Array, start: number, end: number, isAligned: boolean): void => {
    const { data } = input
    const last = data.length - 1
    let { next, bits, left } = input
    let [r0, r1, r2] = recent as unknown as [number, number, number]
    let at = start
    while (at < end) {
      if (left < 16) {
        bits = (bits << 16) | (next < last ? data[next]! | (data[next + 1]! << 8) : 0)
        next += 2
        left += 16
      }
      let entry = mainTable[(bits >>> (left - MAIN_BITS)) & ((1 << MAIN_BITS) - 1)]!
      if (entry & LINK) {
        left -= MAIN_BITS
        entry =
          mainTable[
            (entry & ~LINK) + ((bits >>> (left - LONGEST.main + MAIN_BITS)) & ((1 << (LONGEST.main - MAIN_BITS)) - 1))
          ]!
      }
      left -= entry & LENGTH_MASK
      const symbol = entry >> SYMBOL_SHIFT
      if (symbol < LITERALS) {
        output[at++] = symbol
        continue
      }
      let length = (symbol & (LENGTH_HEADERS - 1)) + SHORTEST_MATCH
      const slot = (symbol - LITERALS) >> 3
      if (length === LENGTH_HEADERS - 1 + SHORTEST_MATCH) {
        if (left < 16) {
          bits = (bits << 16) | (next < last ? data[next]! | (data[next + 1]! << 8) : 0)
          next += 2
          left += 16
        }
        entry = lengthTable[(bits >>> (left - LENGTH_BITS)) & ((1 << LENGTH_BITS) - 1)]!
        if (entry & LINK) {
          left -= LENGTH_BITS
          entry =
            lengthTable[
              (entry & ~LINK) +
                ((bits >>> (left - LONGEST.length + LENGTH_BITS)) & ((1 << (LONGEST.length - LENGTH_BITS)) - 1))
            ]!
        }
        left -= entry & LENGTH_MASK
        length += entry >> SYMBOL_SHIFT
      }
      let offset: number
      if (slot < RECENT_OFFSETS) {
        if (slot === 0) offset = r0
        else if (slot === 1) {
          offset = r1
          r1 = r0
        } else {
          offset = r2
          r2 = r0
        }
      } else {
        let extra = EXTRA_BITS[slot]!
        offset = SLOT_BASE[slot]! - OFFSET_ADJUSTMENT
        const hasAligned = isAligned && slot >= FIRST_ALIGNED_SLOT
        if (hasAligned) extra -= ALIGNED_BITS
        // At most 17 bits are taken of at most 32.
        while (left < extra) {
          bits = (bits << 16) | (next < last ? data[next]! | (data[next + 1]! << 8) : 0)
          next += 2
          left += 16
        }
        left -= extra
        const verbatim = (bits >>> left) & ((1 << extra) - 1)
        if (hasAligned) {
          if (left < LONGEST.aligned) {
            bits = (bits << 16) | (next < last ? data[next]! | (data[next + 1]! << 8) : 0)
            next += 2
            left += 16
          }
          entry = alignedTable[(bits >>> (left - LONGEST.aligned)) & ((1 << LONGEST.aligned) - 1)]!
          left -= entry & LENGTH_MASK
          offset += (verbatim << ALIGNED_BITS) + (entry >> SYMBOL_SHIFT)
        } else offset += verbatim
        r2 = r1
        r1 = r0
      }
      r0 = offset
      if ((offset - 1) >>> 0 >= at || length > end - at)
        throw new CorruptChunkError(`${length} bytes from ${offset} before byte ${at}, in a block that ends at ${end}`)
      const to = at + length
      if (length > LONG_COPY && offset >= length) output.copyWithin(at, at - offset, to - offset)
      else for (let each = at; each < to; each++) output[each] = output[each - offset]!
      at = to
    }
    recent[0] = r0
    recent[1] = r1
    recent[2] = r2
    input.next = next
    input.bits = bits
    input.left = left
  }

  return (data, output) => {
    input.start(data)
    recent.fill(1)
    mainLengths.fill(0)
    lengthLengths.fill(0)
    for (let at = 0; at < output.length; ) {
      const type = input.take(BLOCK_TYPE_BITS)
      let size = DEFAULT_BLOCK_SIZE
      if (input.take(1) === 0) {
        size = input.take(16)
        if (order > SMALLEST_WINDOW_ORDER) size = (size << 8) | input.take(8)
      }
      if (size === 0 || size > output.length - at)
        throw new CorruptChunkError(`a block of ${size} bytes at byte ${at} of ${output.length}`)
      if (type === BLOCK_TYPE.uncompressed) input.copyBlock(output.subarray(at, at + size), recent)
      else if (type === BLOCK_TYPE.verbatim || type === BLOCK_TYPE.aligned) {
        readCodes(type === BLOCK_TYPE.aligned)
        readMatches(output, at, at + size, type === BLOCK_TYPE.aligned)
      } else throw new CorruptChunkError(`a block of type ${type} at byte ${at}`)
      at += size
    }
    relativeCalls(output)
  }
}

/** 16-bit words, low byte first, their bits from the top ([MS-PATCH]). */
class BitReader {
  data: Uint8Array = new Uint8Array(0)
  /** Byte that the next word begins at. */
  next = 0
  /** The last `left` bits are not taken yet. */
  bits = 0
  left = 0

  start(data: Uint8Array): void {
    this.data = data
    this.next = 0
    this.bits = 0
    this.left = 0
  }
  fill(): void {
    const { data, next } = this
    this.bits = (this.bits << 16) | (next + 1 < data.length ? data[next]! | (data[next + 1]! << 8) : 0)
    this.next += 2
    this.left += 16
  }
  take(count: number): number {
    if (this.left < count) this.fill()
    this.left -= count
    return (this.bits >>> this.left) & ((1 << count) - 1)
  }
  symbol(table: Uint16Array, bits: number, longest: number): number {
    if (this.left < longest) this.fill()
    let entry = table[(this.bits >>> (this.left - bits)) & ((1 << bits) - 1)]!
    if (entry & LINK) {
      this.left -= bits
      entry = table[(entry & ~LINK) + ((this.bits >>> (this.left - longest + bits)) & ((1 << (longest - bits)) - 1))]!
    }
    this.left -= entry & LENGTH_MASK
    return entry >> SYMBOL_SHIFT
  }
  /** An uncompressed block: recent offsets, then the bytes, both at whole words; an aligned stream skips one ([MS-PATCH]). */
  copyBlock(into: Uint8Array, recent: Uint32Array): void {
    if (this.left === 0) this.fill()
    // A whole word that was read ahead is given back.
    if (this.left > 16) this.next -= 2
    this.left = 0
    const { data } = this
    const start = this.next + 4 * RECENT_OFFSETS
    if (start + into.length > data.length)
      throw new CorruptChunkError(`an uncompressed block of ${into.length} bytes; ${data.length - start} are there`)
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength)
    for (let index = 0; index < RECENT_OFFSETS; index++) recent[index] = view.getUint32(this.next + 4 * index, true)
    into.set(data.subarray(start, start + into.length))
    this.next = start + into.length + (into.length & 1)
    this.bits = 0
  }
}
