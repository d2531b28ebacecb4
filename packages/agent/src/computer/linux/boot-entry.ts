import { decodeGuid, encodeGuid } from '@bootwright/format-disk'

/** A partition of a GPT disk in a boot entry. Start and size are in sectors of the disk. */
export interface BootPartition {
  /** From 1. */
  readonly number: number
  readonly start: number
  readonly size: number
  /** Its GUID, lower case. */
  readonly guid: string
}

/**
 * EFI_LOAD_OPTION (UEFI 2.10 3.1.3): attributes, length of the device path, description, device path. The path is a hard drive (10.3.5.1)
 * and a file on it (10.3.5.4).
 */
const ACTIVE = 1
const HEAD = 6
const MEDIA = 4
const NODE = { drive: 1, file: 4 } as const
const DRIVE = { size: 42, number: 4, start: 8, sectors: 16, guid: 24, format: 40, signature: 41 } as const
const GPT = 2
const GUID_SIGNATURE = 2
const END = Buffer.from([0x7f, 0xff, 4, 0])

export function encodeBootEntry(
  description: string,
  { number, start, size, guid }: BootPartition,
  path: string,
): Buffer {
  const drive = Buffer.alloc(DRIVE.size)
  drive.set([MEDIA, NODE.drive, DRIVE.size, 0])
  drive.writeUInt32LE(number, DRIVE.number)
  drive.writeBigUInt64LE(BigInt(start), DRIVE.start)
  drive.writeBigUInt64LE(BigInt(size), DRIVE.sectors)
  drive.set(encodeGuid(guid), DRIVE.guid)
  drive[DRIVE.format] = GPT
  drive[DRIVE.signature] = GUID_SIGNATURE
  const name = Buffer.from(`${path}\0`, 'utf16le')
  const file = Buffer.alloc(4)
  file.set([MEDIA, NODE.file])
  file.writeUInt16LE(file.length + name.length, 2)
  const paths = Buffer.concat([drive, file, name, END])
  const head = Buffer.alloc(HEAD)
  head.writeUInt32LE(ACTIVE, 0)
  head.writeUInt16LE(paths.length, 4)
  return Buffer.concat([head, Buffer.from(`${description}\0`, 'utf16le'), paths])
}

/** GUID of the partition that a boot entry starts; undefined for other entries. */
export function partitionOf(entry: Uint8Array): string | undefined {
  const bytes = Buffer.from(entry)
  let at = HEAD
  while (at + 2 <= bytes.length && bytes.readUInt16LE(at) !== 0) at += 2
  at += 2
  while (at + 4 <= bytes.length) {
    const length = bytes.readUInt16LE(at + 2)
    const isDrive = bytes[at] === MEDIA && bytes[at + 1] === NODE.drive && length === DRIVE.size
    if (isDrive && at + length <= bytes.length && bytes[at + DRIVE.signature] === GUID_SIGNATURE)
      return decodeGuid(bytes.subarray(at + DRIVE.guid, at + DRIVE.guid + 16)).toLowerCase()
    if (length < 4) return undefined
    at += length
  }
  return undefined
}
