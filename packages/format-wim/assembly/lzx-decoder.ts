import { copyMatch } from './copy'
import { LENGTH_MASK, LINK, makeDecodeTable, SYMBOL_SHIFT, tableSize } from './huffman-decoder'
import {
  ALIGNED,
  ALIGNED_BITS,
  ALIGNED_LENGTH_BITS,
  ALIGNED_SYMBOLS,
  BLOCK_TYPE_BITS,
  DEFAULT_BLOCK_SIZE,
  extraBits,
  FIRST_ALIGNED_SLOT,
  LENGTH_HEADERS,
  LENGTH_SYMBOLS,
  LITERALS,
  LONGEST_ALIGNED,
  LONGEST_LENGTH,
  LONGEST_MAIN,
  LONGEST_PRECODE,
  mainSymbols,
  OFFSET_ADJUSTMENT,
  PRECODE_LENGTH_BITS,
  PRECODE_SYMBOLS,
  RECENT_OFFSETS,
  relativeCalls,
  SHORTEST_MATCH,
  SMALLEST_WINDOW_ORDER,
  slotBase,
  UNCOMPRESSED,
  VERBATIM,
  windowOrder,
} from './lzx'
import { allocate } from './memory'

const MAIN_BITS: u32 = 11
const LENGTH_BITS: u32 = 9
const PRECODE_BITS: u32 = 6

let order: u32 = 0
let symbols: u32 = 0
let mainLengths: usize = 0
let lengthLengths: usize = 0
let smallLengths: usize = 0
let mainTable: usize = 0
let lengthTable: usize = 0
let alignedTable: usize = 0
let precodeTable: usize = 0

// 16-bit words, low byte first, their bits from the top ([MS-PATCH]); the last `left` of `bits` are not taken yet.
let next: usize = 0
let inputEnd: usize = 0
let bits: u64 = 0
let left: u32 = 0
let recent0: u32 = 0
let recent1: u32 = 0
let recent2: u32 = 0

export function prepareLzxDecoder(chunkSize: u32): void {
  order = windowOrder(chunkSize)
  symbols = mainSymbols(order)
  mainLengths = allocate(symbols)
  lengthLengths = allocate(LENGTH_SYMBOLS)
  smallLengths = allocate(PRECODE_SYMBOLS)
  mainTable = allocate(tableSize(symbols, MAIN_BITS, LONGEST_MAIN))
  lengthTable = allocate(tableSize(LENGTH_SYMBOLS, LENGTH_BITS, LONGEST_LENGTH))
  alignedTable = allocate(tableSize(ALIGNED_SYMBOLS, LONGEST_ALIGNED, LONGEST_ALIGNED))
  precodeTable = allocate(tableSize(PRECODE_SYMBOLS, PRECODE_BITS, LONGEST_PRECODE))
}

/** LZX. False when the input is corrupt. */
export function decodeLzx(input: usize, inputSize: usize, output: usize, outputSize: usize): bool {
  next = input
  inputEnd = input + inputSize
  bits = 0
  left = 0
  recent0 = recent1 = recent2 = 1
  memory.fill(mainLengths, 0, symbols)
  memory.fill(lengthLengths, 0, LENGTH_SYMBOLS)
  const end = output + outputSize
  for (let at = output; at < end; ) {
    const type = take(BLOCK_TYPE_BITS)
    let size = DEFAULT_BLOCK_SIZE
    if (take(1) == 0) {
      size = take(16)
      if (order > SMALLEST_WINDOW_ORDER) size = (size << 8) | take(8)
    }
    if (size == 0 || size > <u32>(end - at)) return false
    if (type == UNCOMPRESSED) {
      if (!copyBlock(at, size)) return false
    } else if (type == VERBATIM || type == ALIGNED) {
      if (!readCodes(type == ALIGNED)) return false
      if (!readMatches(output, at, at + size, type == ALIGNED)) return false
    } else return false
    at += size
  }
  relativeCalls(output, outputSize)
  return true
}

/** Two words at once. */
@inline
function more(from: usize, limit: usize): u64 {
  if (from + 4 <= limit) return rotl<u32>(load<u32>(from), 16)
  return from + 2 <= limit ? <u64>load<u16>(from) << 16 : 0
}

function take(count: u32): u32 {
  if (left < count) {
    bits = (bits << 32) | more(next, inputEnd)
    next += 4
    left += 32
  }
  left -= count
  return <u32>(bits >> left) & ((1 << count) - 1)
}

@inline
function lookUp(table: usize, index: u32): u32 {
  return load<u16>(table + 2 * <usize>index)
}

function precodeSymbol(): u32 {
  if (left < LONGEST_PRECODE) {
    bits = (bits << 32) | more(next, inputEnd)
    next += 4
    left += 32
  }
  let entry = lookUp(precodeTable, <u32>(bits >> (left - PRECODE_BITS)) & ((1 << PRECODE_BITS) - 1))
  if (entry & LINK) {
    left -= PRECODE_BITS
    const rest = LONGEST_PRECODE - PRECODE_BITS
    entry = lookUp(precodeTable, (entry & ~LINK) + (<u32>(bits >> (left - rest)) & ((1 << rest) - 1)))
  }
  left -= entry & LENGTH_MASK
  return entry >> SYMBOL_SHIFT
}

/** Codeword lengths are coded as differences from those of the block before, with runs. */
function readLengths(lengths: usize, from: u32, to: u32): bool {
  for (let symbol: u32 = 0; symbol < PRECODE_SYMBOLS; symbol++) store<u8>(smallLengths + symbol, take(PRECODE_LENGTH_BITS))
  if (!makeDecodeTable(precodeTable, smallLengths, PRECODE_SYMBOLS, PRECODE_BITS, LONGEST_PRECODE)) return false
  for (let at = from; at < to; ) {
    const symbol = precodeSymbol()
    const before: u32 = load<u8>(lengths + at)
    let run: u32 = 1
    let length: u32 = 0
    if (symbol < 17) length = (before + 17 - symbol) % 17
    else if (symbol == 17) run = 4 + take(4)
    else if (symbol == 18) run = 20 + take(5)
    else {
      run = 4 + take(1)
      const difference = precodeSymbol()
      if (difference > 16) return false
      length = (before + 17 - difference) % 17
    }
    // Other encoders let a run end behind the last length.
    for (let each: u32 = 0; each < run && at < to; each++) store<u8>(lengths + at++, length)
  }
  return true
}

function readCodes(isAligned: bool): bool {
  if (isAligned) {
    for (let symbol: u32 = 0; symbol < ALIGNED_SYMBOLS; symbol++) store<u8>(smallLengths + symbol, take(ALIGNED_LENGTH_BITS))
    if (!makeDecodeTable(alignedTable, smallLengths, ALIGNED_SYMBOLS, LONGEST_ALIGNED, LONGEST_ALIGNED)) return false
  }
  if (!readLengths(mainLengths, 0, LITERALS) || !readLengths(mainLengths, LITERALS, symbols)) return false
  if (!makeDecodeTable(mainTable, mainLengths, symbols, MAIN_BITS, LONGEST_MAIN)) return false
  if (!readLengths(lengthLengths, 0, LENGTH_SYMBOLS)) return false
  return makeDecodeTable(lengthTable, lengthLengths, LENGTH_SYMBOLS, LENGTH_BITS, LONGEST_LENGTH)
}

/** An uncompressed block: recent offsets, then the bytes, both at whole words; an aligned stream skips one. */
function copyBlock(into: usize, size: u32): bool {
  if (left == 0) next += 2
  // Whole words that were read ahead are given back.
  else next -= 2 * ((left - 1) >> 4)
  left = 0
  bits = 0
  const start = next + 4 * RECENT_OFFSETS
  if (start + size > inputEnd) return false
  recent0 = load<u32>(next)
  recent1 = load<u32>(next + 4)
  recent2 = load<u32>(next + 8)
  memory.copy(into, start, size)
  next = start + size + (size & 1)
  return true
}

/** The bytes of one block with codes; its state in local variables, for this is where the time goes. */
function readMatches(output: usize, start: usize, end: usize, isAligned: bool): bool {
  const limit = inputEnd
  let from = next
  let held = bits
  let count = left
  let r0 = recent0
  let r1 = recent1
  let r2 = recent2
  let at = start
  while (at < end) {
    if (count < 32) {
      held = (held << 32) | more(from, limit)
      from += 4
      count += 32
    }
    let entry = lookUp(mainTable, <u32>(held >> (count - MAIN_BITS)) & ((1 << MAIN_BITS) - 1))
    if (entry & LINK) {
      count -= MAIN_BITS
      const rest = LONGEST_MAIN - MAIN_BITS
      entry = lookUp(mainTable, (entry & ~LINK) + (<u32>(held >> (count - rest)) & ((1 << rest) - 1)))
    }
    count -= entry & LENGTH_MASK
    const symbol = entry >> SYMBOL_SHIFT
    if (symbol < LITERALS) {
      store<u8>(at++, symbol)
      continue
    }
    let length = (symbol & (LENGTH_HEADERS - 1)) + SHORTEST_MATCH
    const slot = (symbol - LITERALS) >> 3
    // At least 16 bits are left: enough for a length.
    if (length == LENGTH_HEADERS - 1 + SHORTEST_MATCH) {
      entry = lookUp(lengthTable, <u32>(held >> (count - LENGTH_BITS)) & ((1 << LENGTH_BITS) - 1))
      if (entry & LINK) {
        count -= LENGTH_BITS
        const rest = LONGEST_LENGTH - LENGTH_BITS
        entry = lookUp(lengthTable, (entry & ~LINK) + (<u32>(held >> (count - rest)) & ((1 << rest) - 1)))
      }
      count -= entry & LENGTH_MASK
      length += entry >> SYMBOL_SHIFT
    }
    let offset: u32
    if (slot < RECENT_OFFSETS) {
      if (slot == 0) offset = r0
      else if (slot == 1) {
        offset = r1
        r1 = r0
      } else {
        offset = r2
        r2 = r0
      }
    } else {
      // An offset takes 24 bits at most.
      if (count < 32) {
        held = (held << 32) | more(from, limit)
        from += 4
        count += 32
      }
      let extra: u32 = load<u8>(extraBits + slot)
      offset = load<u32>(slotBase + 4 * slot) - OFFSET_ADJUSTMENT
      if (isAligned && slot >= FIRST_ALIGNED_SLOT) {
        extra -= ALIGNED_BITS
        count -= extra
        offset += (<u32>(held >> count) & ((1 << extra) - 1)) << ALIGNED_BITS
        entry = lookUp(alignedTable, <u32>(held >> (count - LONGEST_ALIGNED)) & ((1 << LONGEST_ALIGNED) - 1))
        count -= entry & LENGTH_MASK
        offset += entry >> SYMBOL_SHIFT
      } else {
        count -= extra
        offset += <u32>(held >> count) & ((1 << extra) - 1)
      }
      r2 = r1
      r1 = r0
    }
    r0 = offset
    // An offset of 0 becomes the largest.
    if (offset - 1 >= <u32>(at - output) || length > <u32>(end - at)) return false
    copyMatch(at, offset, length)
    at += length
  }
  recent0 = r0
  recent1 = r1
  recent2 = r2
  next = from
  bits = held
  left = count
  return true
}
