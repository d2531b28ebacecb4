import type { DosTime } from './dos-time.ts'

export const ENTRY_SIZE = 32
/** FAT specification 1.03, section 6: a folder has at most 2 MiB. */
export const MAXIMUM_FOLDER_ENTRIES = 65_536
const SHORT_NAME_LENGTH = 11

export const ATTRIBUTE = { volumeLabel: 0x08, folder: 0x10, archive: 0x20, longName: 0x0f } as const
/** The bits that tell a long entry from others. */
export const ATTRIBUTE_MASK = 0x3f

export interface ShortEntry {
  /** 11 bytes, filled up with spaces, without the dot. */
  readonly name: Uint8Array
  readonly attributes: number
  /** Reserved for Windows NT: which part of the name is shown in lower case. */
  readonly lowerCase: number
  /** 0 for an empty file, and for the root in `..`. */
  readonly firstCluster: number
  readonly size: number
}

/** FAT specification 1.03, section 6. Writing, reading and making happen at the same moment. */
export function encodeShortEntry(
  entry: Omit<ShortEntry, 'lowerCase'>,
  { date, time, hundredths }: DosTime,
): Uint8Array {
  const bytes = Buffer.alloc(ENTRY_SIZE)
  const isLabel = entry.attributes === ATTRIBUTE.volumeLabel
  bytes.set(entry.name)
  bytes[11] = entry.attributes
  if (!isLabel) {
    bytes[13] = hundredths
    bytes.writeUInt16LE(time, 14)
    bytes.writeUInt16LE(date, 16)
    bytes.writeUInt16LE(date, 18)
  }
  bytes.writeUInt16LE(entry.firstCluster >>> 16, 20)
  bytes.writeUInt16LE(time, 22)
  bytes.writeUInt16LE(date, 24)
  bytes.writeUInt16LE(entry.firstCluster & 0xffff, 26)
  bytes.writeUInt32LE(entry.size, 28)
  return bytes
}

/** Reads the 32 bytes of an entry; the upper half of the cluster number counts on FAT32 only. */
export function decodeShortEntry(bytes: Buffer, isFat32: boolean): ShortEntry {
  return {
    name: Uint8Array.from(bytes.subarray(0, SHORT_NAME_LENGTH)),
    attributes: bytes[11]! & ATTRIBUTE_MASK,
    lowerCase: bytes[12]!,
    firstCluster: (isFat32 ? bytes.readUInt16LE(20) * 0x10000 : 0) + bytes.readUInt16LE(26),
    size: bytes.readUInt32LE(28),
  }
}
