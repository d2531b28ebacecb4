/** The first 4096 bytes, and what each hive bin begins with (Windows registry file format, as hivex and regf documentation have it). */
export const BASE = {
  signature: 0x66676572, // regf
  size: 4096,
  sequence1: 4,
  sequence2: 8,
  time: 12,
  major: 20,
  minor: 24,
  format: 32,
  root: 36,
  binsSize: 40,
  cluster: 44,
  name: 48,
  nameSize: 64,
  checksum: 508,
} as const
export const BIN = { signature: 0x6e696268, size: 4096, offset: 4, length: 8, time: 20, header: 32 } as const
/** What stands for nothing in a field that holds the place of a cell. */
export const NOTHING = 0xffffffff
/** Cells begin with their size, negative when they are in use, at multiples of 8. */
export const CELL_HEADER = 4

export const NODE = {
  signature: 0x6b6e, // nk
  flags: 2,
  time: 4,
  parent: 16,
  keyCount: 20,
  keys: 28,
  volatileKeys: 32,
  valueCount: 36,
  values: 40,
  security: 44,
  className: 48,
  longestKey: 52,
  longestValueName: 60,
  longestData: 64,
  nameSize: 72,
  classSize: 74,
  name: 76,
} as const
export const NODE_FLAG = { root: 0x04, noDelete: 0x08, link: 0x10, latin: 0x20 } as const
export const VALUE = { signature: 0x6b76, nameSize: 2, size: 4, data: 8, type: 12, flags: 16, name: 20 } as const // vk
export const VALUE_LATIN = 1
/** Data of four bytes and less is in the field that would say where it is. */
export const INLINE = 0x80000000
export const SECURITY = { signature: 0x6b73, next: 4, previous: 8, references: 12, size: 16, descriptor: 20 } as const // sk
/** Lists of keys: with hints (lf, lh), without (li), of lists (ri). */
export const LIST = { lf: 0x666c, lh: 0x686c, li: 0x696c, ri: 0x6972, count: 2, entries: 4 } as const
/** Data of more than 16,344 bytes in hives from version 1.4 on. */
export const BIG_DATA = { signature: 0x6264, count: 2, list: 4, segment: 16_344 } as const // db

/** XOR of the words before it; two results stand for others. */
export function baseChecksum(base: Buffer): number {
  let sum = 0
  for (let at = 0; at < BASE.checksum; at += 4) sum ^= base.readUInt32LE(at)
  sum >>>= 0
  if (sum === 0xffffffff) return 0xfffffffe
  return sum === 0 ? 1 : sum
}

/** A name of characters up to U+00FF takes a byte each. */
export const isLatin = (name: string): boolean => !/[^\0-\xff]/.test(name)
