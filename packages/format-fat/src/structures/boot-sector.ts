import { FatError } from '../error.ts'
import { LABEL_LENGTH } from './label.ts'
import type { FatType } from './options.ts'

/** Where firmware looks for 55 AA, whatever the sector size. */
export const SIGNATURE_OFFSET = 510
export const BOOT_SECTOR_SIZE = 512
export const FSINFO_SECTOR = 1
export const BACKUP_SECTOR = 6
export const ROOT_CLUSTER = 2
/** FAT specification 1.03, section 3.1: the name that causes the least trouble. */
const OEM_NAME = 'MSWIN4.1'
/** A disk that is not removable. */
const MEDIA = 0xf8
const FIRST_HARD_DISK = 0x80
const EXTENDED_SIGNATURE = 0x29
/** INT 18h (the firmware tries the next disk), HLT, JMP to the HLT. */
const BOOT_CODE = [0xcd, 0x18, 0xf4, 0xeb, 0xfd] as const
const UINT16_MAX = 0xffff

/** The fields that make a volume what it is. */
export interface BootSector {
  readonly sectorSize: number
  readonly sectorsPerCluster: number
  readonly reservedSectors: number
  readonly tables: number
  /** 0 on FAT32. */
  readonly rootEntries: number
  readonly totalSectors: number
  readonly hiddenSectors: number
  /** Of one table. */
  readonly tableSectors: number
  /** FAT32 is told by the lack of the 16-bit size of a table. */
  readonly isFat32: boolean
  readonly rootCluster: number
  readonly serial: number
  /** 11 bytes. */
  readonly label: Uint8Array
}

/** FAT specification 1.03, sections 3.1 to 3.3: the 512 bytes that begin a volume. */
export function encodeBootSector(fields: BootSector, type: FatType): Buffer {
  const bytes = Buffer.alloc(BOOT_SECTOR_SIZE)
  const extended = fields.isFat32 ? 64 : 36
  const codeOffset = extended + 26
  const isShort = !fields.isFat32 && fields.totalSectors <= UINT16_MAX
  bytes.set([0xeb, codeOffset - 2, 0x90])
  bytes.write(OEM_NAME, 3, 'latin1')
  bytes.writeUInt16LE(fields.sectorSize, 11)
  bytes[13] = fields.sectorsPerCluster
  bytes.writeUInt16LE(fields.reservedSectors, 14)
  bytes[16] = fields.tables
  bytes.writeUInt16LE(fields.rootEntries, 17)
  bytes.writeUInt16LE(isShort ? fields.totalSectors : 0, 19)
  bytes[21] = MEDIA
  bytes.writeUInt16LE(fields.isFat32 ? 0 : fields.tableSectors, 22)
  bytes.writeUInt16LE(sectorsPerTrack(fields.totalSectors), 24)
  bytes.writeUInt16LE(64, 26)
  bytes.writeUInt32LE(fields.hiddenSectors, 28)
  bytes.writeUInt32LE(isShort ? 0 : fields.totalSectors, 32)
  if (fields.isFat32) {
    bytes.writeUInt32LE(fields.tableSectors, 36)
    bytes.writeUInt32LE(fields.rootCluster, 44)
    bytes.writeUInt16LE(FSINFO_SECTOR, 48)
    bytes.writeUInt16LE(BACKUP_SECTOR, 50)
  }
  bytes[extended] = FIRST_HARD_DISK
  bytes[extended + 2] = EXTENDED_SIGNATURE
  bytes.writeUInt32LE(fields.serial, extended + 3)
  bytes.set(fields.label, extended + 7)
  bytes.write(`FAT${type}   `, extended + 18, 8, 'latin1')
  bytes.set(BOOT_CODE, codeOffset)
  bytes.writeUInt16LE(0xaa55, SIGNATURE_OFFSET)
  return bytes
}

/** Reads the first 512 bytes of a volume. Throws {@link FatError} `FAT_SIGNATURE` or `FAT_FIELD` for values that no volume has. */
export function decodeBootSector(sector: Uint8Array): BootSector {
  const bytes = Buffer.from(sector.buffer, sector.byteOffset, BOOT_SECTOR_SIZE)
  const check = (isRight: boolean, offset: number, found: string, expected: string): void => {
    if (!isRight) throw new FatError('FAT_FIELD', 'boot sector', `${found}; expected ${expected}`, { offset })
  }
  if (bytes.readUInt16LE(SIGNATURE_OFFSET) !== 0xaa55)
    throw new FatError('FAT_SIGNATURE', 'boot sector', `it ends in ${bytes.toString('hex', 510)}; expected 55aa`, {
      offset: SIGNATURE_OFFSET,
    })
  const isFat32 = bytes.readUInt16LE(22) === 0
  const extended = isFat32 ? 64 : 36
  const fields: BootSector = {
    sectorSize: bytes.readUInt16LE(11),
    sectorsPerCluster: bytes[13]!,
    reservedSectors: bytes.readUInt16LE(14),
    tables: bytes[16]!,
    rootEntries: bytes.readUInt16LE(17),
    totalSectors: bytes.readUInt16LE(19) || bytes.readUInt32LE(32),
    hiddenSectors: bytes.readUInt32LE(28),
    tableSectors: isFat32 ? bytes.readUInt32LE(36) : bytes.readUInt16LE(22),
    isFat32,
    rootCluster: isFat32 ? bytes.readUInt32LE(44) : 0,
    serial: bytes.readUInt32LE(extended + 3),
    label: Uint8Array.from(bytes.subarray(extended + 7, extended + 7 + LABEL_LENGTH)),
  }
  const { sectorSize, sectorsPerCluster, reservedSectors, tables, tableSectors, rootEntries } = fields
  check([512, 1024, 2048, 4096].includes(sectorSize), 11, `sectors of ${sectorSize} bytes`, '512, 1024, 2048 or 4096')
  check(
    Number.isInteger(Math.log2(sectorsPerCluster)),
    13,
    `clusters of ${sectorsPerCluster} sectors`,
    'a power of two from 1 to 128',
  )
  check(reservedSectors > 0, 14, 'no reserved sector', 'at least the boot sector')
  check(tables === 1 || tables === 2, 16, `${tables} allocation tables`, '1 or 2')
  check(
    isFat32 ? rootEntries === 0 : rootEntries > 0,
    17,
    `a fixed root folder of ${rootEntries} entries`,
    'one on FAT12 and FAT16 only',
  )
  check(tableSectors > 0, 36, 'allocation tables without a sector', 'at least one')
  return fields
}

/** Means nothing to disks today, but mtools wants tracks to fill the volume. */
function sectorsPerTrack(totalSectors: number): number {
  let sectors = 32
  while (totalSectors % sectors !== 0) sectors /= 2
  return sectors
}
