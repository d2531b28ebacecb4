import { allocate } from './memory'

// LZMS, of which no specification is public; as wimlib documents it (lzms_decompress.c). Two streams in one chunk: binary decisions, range
// coded, from its start; symbols and extra bits, Huffman coded, from its end backwards.
export const LITERAL_SYMBOLS: u32 = 256
export const LENGTH_SYMBOLS: u32 = 54
export const OFFSET_SYMBOLS: u32 = 799
export const POWER_SYMBOLS: u32 = 8
/** A code is made anew after so many of its symbols. */
export const LITERAL_REBUILD: u32 = 1024
export const LENGTH_REBUILD: u32 = 512
export const OFFSET_REBUILD: u32 = 1024
export const POWER_REBUILD: u32 = 512
export const LONGEST: u32 = 15

/** How many slots have how many extra bits, in pairs. */
const OFFSET_RUNS: StaticArray<u8> = [
  0, 8, 2, 9, 3, 7, 4, 10, 5, 15, 6, 15, 7, 20, 8, 20, 9, 30, 10, 33, 11, 40, 12, 42, 13, 45, 14, 60, 15, 73, 16, 80, 17, 85, 18, 95, 19, 105,
  20, 6, 30, 1,
]
const LENGTH_RUNS: StaticArray<u8> = [
  0, 26, 1, 4, 2, 6, 3, 4, 4, 5, 5, 2, 6, 1, 7, 1, 8, 1, 9, 1, 10, 1, 16, 1, 30, 1,
]
/** u8: extra bits of each slot. */
export const offsetExtra: usize = allocate(OFFSET_SYMBOLS)
export const lengthExtra: usize = allocate(LENGTH_SYMBOLS)
/** u32: the first value of each slot. */
export const offsetBase: usize = allocate(4 * (OFFSET_SYMBOLS + 1))
export const lengthBase: usize = allocate(4 * (LENGTH_SYMBOLS + 1))
fill(OFFSET_RUNS, offsetExtra, offsetBase)
fill(LENGTH_RUNS, lengthExtra, lengthBase)

function fill(runs: StaticArray<u8>, extra: usize, base: usize): void {
  let slot: u32 = 0
  store<u32>(base, 1)
  for (let pair = 0; pair < runs.length; pair += 2)
    for (let count = runs[pair + 1]; count > 0; count--) {
      store<u8>(extra + slot, runs[pair])
      store<u32>(base + 4 * (slot + 1), load<u32>(base + 4 * slot) + (1 << <u32>runs[pair]))
      slot++
    }
}

/** Offset slots that a chunk of `size` bytes needs. */
export function offsetSlots(size: u32): u32 {
  if (size < 2) return 0
  let slots: u32 = 0
  while (slots < OFFSET_SYMBOLS && load<u32>(offsetBase + 4 * slots) <= size - 1) slots++
  return slots
}

/** Targets of x86 instructions are relative again when two of so near together lead to the same place. */
const CALL_WINDOW: i32 = 65_535
const CALL_REACH: i32 = 1023
/** No instruction is looked at so near to the end. */
const CALL_TAIL: u32 = 16
/** i32: where each place was led to last. */
const lastUses: usize = allocate(4 << 16)

/**
 * Makes addresses in x86 instructions relative again, in place. No flag says whether a chunk is code: an instruction counts as one when
 * another near it leads to the same place (wimlib, lzms_common.c, lzms_x86_filter).
 */
export function relativeAddresses(chunk: usize, size: u32): void {
  if (size <= CALL_TAIL + 1) return
  const end = <i32>(size - CALL_TAIL)
  for (let place = 0; place < 1 << 16; place++) store<i32>(lastUses + 4 * place, -CALL_WINDOW - 1)
  let lastCode: i32 = -CALL_REACH - 1
  // The first byte is never looked at.
  for (let at = 1; at < end; ) {
    const opcode = opcodeSize(chunk + at)
    if (opcode <= 0) {
      // A jump is passed over.
      at += opcode < 0 ? 5 : 1
      continue
    }
    const address = chunk + at + opcode
    // A call needs a nearer one before it.
    const reach = opcode == 1 ? CALL_REACH >> 1 : CALL_REACH
    if (at - lastCode <= reach) store<i32>(address, load<i32>(address) - at)
    const use = lastUses + 4 * ((at + <i32>load<u16>(address)) & 0xffff)
    const last = at + opcode + 3
    if (last - load<i32>(use) <= CALL_WINDOW) lastCode = last
    store<i32>(use, last)
    at = last + 1
  }
}

/** Bytes before the address that an instruction has; 0 when there is none, -1 for a jump. */
function opcodeSize(at: usize): i32 {
  const first = load<u8>(at)
  const second = load<u8>(at + 1)
  const third = load<u8>(at + 2)
  if (first == 0xe8) return 1
  if (first == 0xe9) return -1
  // Call indirect; lock add.
  if (first == 0xff) return second == 0x15 ? 2 : 0
  if (first == 0xf0) return second == 0x83 && third == 0x05 ? 3 : 0
  // Lea and mov with an address relative to the instruction; the format looks at fewer bits of ModR/M than it should.
  if ((first == 0x48 || first == 0x4c) && (third & 0x07) == 0x05)
    return second == 0x8d || (second == 0x8b && first == 0x48 && (third & 0xf0) == 0) ? 3 : 0
  return 0
}
