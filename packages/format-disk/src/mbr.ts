import { DiskError } from './error.ts'
import { MBR_TYPE } from './partition-types.ts'
import { SECTOR_SIZE } from './sector.ts'

/** Boot code ends where the disk signature begins. */
export const MBR_CODE_SIZE = 440
const MBR_SIGNATURE_OFFSET = 440
const MBR_ENTRIES_OFFSET = 446
const MBR_ENTRY_SIZE = 16
const MBR_ENTRIES = 4
const UINT32_MAX = 0xffffffff
/** The translation that every BIOS of the last decades reports for a disk. */
const HEADS = 255
const SECTORS_PER_TRACK = 63

export interface MbrPartition {
  /** One byte, see {@link MBR_TYPE}. 0x00 with `isActive` is the dummy entry that some BIOSes want before they boot a protective MBR. */
  readonly type: number
  readonly isActive?: boolean
  /** Sectors of 512 bytes. */
  readonly firstSector: number
  readonly sectors: number
}

export interface MbrPlan {
  /** At most 440 bytes. */
  readonly code?: Uint8Array | undefined
  /** 32 bits, by which Windows knows the disk; 0 by default. */
  readonly diskSignature?: number | undefined
  /** At most four, written into the slots in this order. They may overlap: hybrid discs need it. */
  readonly partitions: readonly MbrPartition[]
}

export interface Mbr {
  readonly code: Uint8Array
  readonly diskSignature: number
  /** The slots in use; `slot` counts from 0. */
  readonly partitions: readonly (Required<MbrPartition> & { readonly slot: number })[]
}

/** The entry of a protective MBR that covers a whole GPT disk of `sectors` (UEFI 2.10 5.2.3). */
export const protectivePartition = (sectors: number): MbrPartition => ({
  type: MBR_TYPE.gptProtective,
  firstSector: 1,
  sectors: Math.min(sectors - 1, UINT32_MAX),
})

/** The 512 bytes of a master boot record. Throws {@link DiskError} `DISK_FIELD` or `DISK_TOO_MANY`. */
export function encodeMbr({ code = new Uint8Array(0), diskSignature = 0, partitions }: MbrPlan): Uint8Array {
  if (code.length > MBR_CODE_SIZE)
    throw new DiskError(
      'DISK_FIELD',
      'MBR',
      `the boot code has ${code.length} bytes; expected at most ${MBR_CODE_SIZE}`,
    )
  if (partitions.length > MBR_ENTRIES)
    throw new DiskError('DISK_TOO_MANY', 'MBR', `${partitions.length} partitions; expected at most ${MBR_ENTRIES}`)
  const sector = Buffer.alloc(SECTOR_SIZE)
  sector.set(code)
  sector.writeUInt32LE(checked('disk signature', diskSignature, UINT32_MAX), MBR_SIGNATURE_OFFSET)
  partitions.forEach((partition, slot) => {
    encodeEntry(sector.subarray(MBR_ENTRIES_OFFSET + slot * MBR_ENTRY_SIZE), partition)
  })
  sector[510] = 0x55
  sector[511] = 0xaa
  return sector
}

/** Reads a master boot record; `sector` has at least 512 bytes. Throws {@link DiskError}. */
export function decodeMbr(sector: Uint8Array): Mbr {
  if (sector.length < SECTOR_SIZE)
    throw new DiskError('DISK_TRUNCATED', 'MBR', `${sector.length} bytes; expected ${SECTOR_SIZE}`, 0)
  const bytes = Buffer.from(sector.buffer, sector.byteOffset, SECTOR_SIZE)
  if (bytes.readUInt16LE(510) !== 0xaa55)
    throw new DiskError('DISK_SIGNATURE', 'MBR', `it ends in ${bytes.toString('hex', 510)}; expected 55aa`, 510)
  const partitions: Mbr['partitions'][number][] = []
  for (let slot = 0; slot < MBR_ENTRIES; slot += 1) {
    const offset = MBR_ENTRIES_OFFSET + slot * MBR_ENTRY_SIZE
    const status = bytes[offset]!
    if (status !== 0x00 && status !== 0x80)
      throw new DiskError('DISK_FIELD', 'MBR', `the status of slot ${slot} is ${status}; expected 0 or 128`, offset)
    const [type, firstSector, sectors] = [
      bytes[offset + 4]!,
      bytes.readUInt32LE(offset + 8),
      bytes.readUInt32LE(offset + 12),
    ]
    const isUsed = type !== MBR_TYPE.empty || status !== 0
    if (isUsed) partitions.push({ slot, type, isActive: status !== 0, firstSector, sectors })
  }
  return {
    code: Uint8Array.from(bytes.subarray(0, MBR_CODE_SIZE)),
    diskSignature: bytes.readUInt32LE(MBR_SIGNATURE_OFFSET),
    partitions,
  }
}

function encodeEntry(entry: Buffer, { type, isActive = false, firstSector, sectors }: MbrPartition): void {
  entry[0] = isActive ? 0x80 : 0x00
  entry[4] = checked('partition type', type, 0xff)
  entry.writeUInt32LE(checked('first sector', firstSector, UINT32_MAX), 8)
  entry.writeUInt32LE(checked('number of sectors', sectors, UINT32_MAX), 12)
  if (type === MBR_TYPE.empty) return
  entry.set(cylinderHeadSector(firstSector, type), 1)
  entry.set(cylinderHeadSector(firstSector + Math.max(sectors, 1) - 1, type), 5)
}

/** What lies beyond the reach of the field is FE FF FF by custom, and FF FF FF in a protective entry (UEFI 2.10 5.2.3). */
function cylinderHeadSector(sector: number, type: number): readonly number[] {
  const cylinder = Math.floor(sector / (HEADS * SECTORS_PER_TRACK))
  if (cylinder > 1023) return type === MBR_TYPE.gptProtective ? [0xff, 0xff, 0xff] : [0xfe, 0xff, 0xff]
  const head = Math.floor(sector / SECTORS_PER_TRACK) % HEADS
  return [head, ((cylinder >> 2) & 0xc0) | ((sector % SECTORS_PER_TRACK) + 1), cylinder & 0xff]
}

function checked(what: string, value: number, maximum: number): number {
  if (Number.isInteger(value) && value >= 0 && value <= maximum) return value
  throw new DiskError('DISK_FIELD', 'MBR', `the ${what} is ${value}; expected a whole number from 0 to ${maximum}`)
}
