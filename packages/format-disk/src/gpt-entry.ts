import { DiskError } from './error.ts'
import { decodeGuid, encodeGuid, NIL_GUID } from './guid.ts'
import { readSectorNumber } from './sector.ts'

/** The size that everybody writes (UEFI 2.10, table 5.6); larger ones are read. */
export const ENTRY_SIZE = 128
/** UTF-16 code units in the name field. */
export const NAME_LENGTH = 36

export interface GptPartition {
  /** GUID text, upper case. */
  readonly type: string
  /** At most 36 UTF-16 code units. */
  readonly name: string
  /** Sectors of 512 bytes, both inclusive. */
  readonly firstSector: number
  readonly lastSector: number
  /** UEFI 2.10, table 5.8; none by default. */
  readonly attributes?: bigint | undefined
  /** GUID text; by default derived from the disk's id and the index. */
  readonly id?: string | undefined
}

export interface GptEntry extends GptPartition {
  readonly attributes: bigint
  readonly id: string
}

export function encodeGptEntry(entry: GptEntry): Uint8Array {
  const bytes = Buffer.alloc(ENTRY_SIZE)
  bytes.set(encodeGuid(entry.type), 0)
  bytes.set(encodeGuid(entry.id), 16)
  bytes.writeBigUInt64LE(BigInt(entry.firstSector), 32)
  bytes.writeBigUInt64LE(BigInt(entry.lastSector), 40)
  bytes.writeBigUInt64LE(entry.attributes, 48)
  bytes.write(entry.name, 56, 'utf16le')
  return bytes
}

/** The entry in `bytes`, which stand at byte `offset` of the disk; nothing for a slot that is not in use. */
export function decodeGptEntry(bytes: Buffer, offset: number): GptEntry | undefined {
  const type = decodeGuid(bytes.subarray(0, 16))
  if (type === NIL_GUID) return undefined
  const number = (at: number): number => {
    const sector = readSectorNumber(bytes, at)
    if (sector !== undefined) return sector
    throw new DiskError(
      'DISK_FIELD',
      'GPT entry',
      `sector ${bytes.readBigUInt64LE(at)}; no disk is that large`,
      offset + at,
    )
  }
  return {
    type,
    id: decodeGuid(bytes.subarray(16, 32)),
    firstSector: number(32),
    lastSector: number(40),
    attributes: bytes.readBigUInt64LE(48),
    name: bytes.toString('utf16le', 56, 56 + NAME_LENGTH * 2).replace(/\0.*$/s, ''),
  }
}
