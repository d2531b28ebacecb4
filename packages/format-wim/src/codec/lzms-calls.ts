import { CALL_REACH, CALL_TAIL, CALL_WINDOW } from './lzms.ts'

/**
 * Makes addresses in x86 instructions relative again, in place. No flag says whether a chunk is code: an instruction counts as one when
 * another near it leads to the same place (wimlib, lzms_common.c, lzms_x86_filter).
 */
export function relativeAddresses(chunk: Uint8Array, lastUses: Int32Array): void {
  const end = chunk.length - CALL_TAIL
  if (end <= 1) return
  lastUses.fill(-CALL_WINDOW - 1)
  let lastCode = -CALL_REACH - 1
  // The first byte is never looked at.
  for (let at = 1; at < end; ) {
    const size = opcodeSize(chunk, at)
    if (size <= 0) {
      at += size === SKIP ? 5 : 1
      continue
    }
    const start = at
    const address = at + size
    const reach = size === 1 ? CALL_REACH >> 1 : CALL_REACH
    if (start - lastCode <= reach) {
      const target =
        chunk[address]! | (chunk[address + 1]! << 8) | (chunk[address + 2]! << 16) | (chunk[address + 3]! << 24)
      const relative = target - start
      chunk[address] = relative
      chunk[address + 1] = relative >> 8
      chunk[address + 2] = relative >> 16
      chunk[address + 3] = relative >> 24
    }
    const target = (start + (chunk[address]! | (chunk[address + 1]! << 8))) & 0xffff
    const last = address + 3
    if (last - lastUses[target]! <= CALL_WINDOW) lastCode = last
    lastUses[target] = last
    at = address + 4
  }
}

const SKIP = -1

/** Bytes before the address that an instruction has, 0 when there is none, {@link SKIP} for a jump, which is passed over. */
function opcodeSize(chunk: Uint8Array, at: number): number {
  const first = chunk[at]!
  const second = chunk[at + 1]!
  const third = chunk[at + 2]!
  switch (first) {
    case 0xff: // call indirect
      return second === 0x15 ? 2 : 0
    case 0xf0: // lock add
      return second === 0x83 && third === 0x05 ? 3 : 0
    case 0xe9:
      return SKIP
    case 0xe8: // call
      return 1
    case 0x48: // lea and mov with an address relative to the instruction; the format looks at fewer bits of ModR/M than it should
    case 0x4c:
      if ((third & 0x07) !== 0x05) return 0
      return second === 0x8d || (second === 0x8b && first === 0x48 && (third & 0xf0) === 0) ? 3 : 0
    default:
      return 0
  }
}
