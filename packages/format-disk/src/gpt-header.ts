import { crc32 } from 'node:zlib'
import { DiskError, type DiskStructure } from './error.ts'
import { decodeGuid, encodeGuid } from './guid.ts'
import { readSectorNumber, SECTOR_SIZE } from './sector.ts'

/** Size of the defined part of the header (UEFI 2.10, table 5.5). */
const HEADER_SIZE = 92
const SIGNATURE = 'EFI PART'
const REVISION = 0x00010000

/** The header on a disk, sectors as numbers. */
export interface GptHeader {
  readonly ownSector: number
  readonly otherSector: number
  readonly firstUsableSector: number
  readonly lastUsableSector: number
  readonly diskId: string
  readonly entriesSector: number
  readonly entries: number
  readonly entrySize: number
  readonly entriesChecksum: number
}

/** One sector. */
export function encodeGptHeader(header: GptHeader): Uint8Array {
  const sector = Buffer.alloc(SECTOR_SIZE)
  sector.write(SIGNATURE, 0, 'latin1')
  sector.writeUInt32LE(REVISION, 8)
  sector.writeUInt32LE(HEADER_SIZE, 12)
  sector.writeBigUInt64LE(BigInt(header.ownSector), 24)
  sector.writeBigUInt64LE(BigInt(header.otherSector), 32)
  sector.writeBigUInt64LE(BigInt(header.firstUsableSector), 40)
  sector.writeBigUInt64LE(BigInt(header.lastUsableSector), 48)
  sector.set(encodeGuid(header.diskId), 56)
  sector.writeBigUInt64LE(BigInt(header.entriesSector), 72)
  sector.writeUInt32LE(header.entries, 80)
  sector.writeUInt32LE(header.entrySize, 84)
  sector.writeUInt32LE(header.entriesChecksum, 88)
  sector.writeUInt32LE(crc32(sector.subarray(0, HEADER_SIZE)), 16)
  return sector
}

/**
 * Reads the header in `sector`, which stands at byte `offset` of the disk: signature, revision, size, checksum and that every sector
 * number is below 2^53. The caller checks whether the values agree with the disk.
 */
export function decodeGptHeader(sector: Uint8Array, structure: DiskStructure, offset: number): GptHeader {
  const bytes = Buffer.from(sector.buffer, sector.byteOffset, SECTOR_SIZE)
  const fail = (code: 'DISK_SIGNATURE' | 'DISK_FIELD' | 'DISK_CHECKSUM', at: number, message: string): never => {
    throw new DiskError(code, structure, message, offset + at)
  }
  const number = (at: number, what: string): number => {
    const sector = readSectorNumber(bytes, at)
    if (sector !== undefined) return sector
    return fail('DISK_FIELD', at, `${what} is ${bytes.readBigUInt64LE(at)}; no disk is that large`)
  }
  if (bytes.toString('latin1', 0, 8) !== SIGNATURE)
    fail('DISK_SIGNATURE', 0, `found ${bytes.toString('hex', 0, 8)}; expected "${SIGNATURE}"`)
  const revision = bytes.readUInt32LE(8)
  if (revision !== REVISION) fail('DISK_FIELD', 8, `the revision is ${revision.toString(16)}; expected 10000`)
  const size = bytes.readUInt32LE(12)
  if (size < HEADER_SIZE || size > SECTOR_SIZE)
    fail('DISK_FIELD', 12, `the header has ${size} bytes; expected ${HEADER_SIZE} to ${SECTOR_SIZE}`)
  const stored = bytes.readUInt32LE(16)
  const zeroed = Buffer.from(bytes.subarray(0, size)).fill(0, 16, 20)
  if (crc32(zeroed) !== stored)
    fail('DISK_CHECKSUM', 16, `the checksum of the header is ${hex(crc32(zeroed))}; it says ${hex(stored)}`)
  return {
    ownSector: number(24, 'its own sector'),
    otherSector: number(32, 'the sector of the other header'),
    firstUsableSector: number(40, 'the first usable sector'),
    lastUsableSector: number(48, 'the last usable sector'),
    diskId: decodeGuid(bytes.subarray(56, 72)),
    entriesSector: number(72, 'the first sector of the entry array'),
    entries: bytes.readUInt32LE(80),
    entrySize: bytes.readUInt32LE(84),
    entriesChecksum: bytes.readUInt32LE(88),
  }
}

export const hex = (checksum: number): string => checksum.toString(16).padStart(8, '0')
