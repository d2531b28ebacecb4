import type { SyslinuxFiles } from '@bootwright/api'

const SECTOR = 512
/** SYSLINUX 6, libinstaller/syslxint.h, `struct patch_area`: fields as offset from the magic number. */
const MAGIC = 0x3eb202fe
const AREA = { dataSectors: 8, vectorSectors: 10, words: 12, checksum: 16, extended: 22 } as const
/** `struct ext_patch_area`, as offset from where `epaoffset` leads. Each holds an offset from the start of the core, or a count. */
const EXTENDED = {
  vectors: 0,
  folder: 2,
  folderSize: 4,
  extents: 10,
  extentCount: 12,
  first: 14,
  firstHigh: 16,
} as const
/** `struct syslinux_extent`: 64 bits of sector number, 16 of sectors. */
const EXTENT_SIZE = 10
/** The auxiliary data vector behind the core: two copies of a sector. */
const VECTOR_SECTORS = 2
/** An extent has less than 64 KiB (`generate_extents`). */
const EXTENT_SECTORS = 127
/** FAT32: the volume's own fields stand between the name and the code. */
const FAT32_CODE = 90
const NAME_END = 11
const SIGNATURE = 510
/** More than is loaded. */
const SIZE_LIMIT = 1 << 19

export interface Installed {
  readonly bootSector: Uint8Array
  readonly loader: Uint8Array
}

/**
 * Installs SYSLINUX as its own installer does (`syslinux_patch`): the boot sector of the FAT32 volume leads to the core, and the core knows
 * its other sectors, which lie one after another from `sector` of the volume on.
 */
export function installSyslinux(
  volumeBootSector: Uint8Array,
  loader: Uint8Array,
  { bootSector, loader: path }: Pick<SyslinuxFiles, 'bootSector' | 'loader'>,
  sector: number,
): Installed {
  const found = areasOf(Buffer.from(loader))
  if (!found) throw new Error(`${path} is not a core of SYSLINUX 6 (ldlinux.sys); the boot image must contain one`)
  const boot = Buffer.from(volumeBootSector)
  boot.set(bootSector.subarray(0, NAME_END))
  boot.set(bootSector.subarray(FAT32_CODE, SIGNATURE), FAT32_CODE)
  boot.writeUInt32LE(sector, found.first)
  boot.writeUInt32LE(0, found.firstHigh)
  return { bootSector: boot, loader: patch(loader, found, sector, path) }
}

/** The core as it was given to {@link installSyslinux}; nothing when it is not exactly what the boot sector's installation makes of it. */
export function withoutInstallation(bootSector: Uint8Array, loader: Uint8Array, path: string): Uint8Array | undefined {
  const clean = Buffer.from(loader)
  const areas = areasOf(clean)
  if (!areas) return undefined
  for (const { offset, size } of patchedRanges(clean, areas)) clean.fill(0, offset, offset + size)
  const sector = Buffer.from(bootSector).readUInt32LE(areas.first)
  return patch(clean, areas, sector, path).equals(loader) ? clean : undefined
}

function patch(loader: Uint8Array, { area, extended }: Areas, sector: number, path: string): Buffer {
  const bytes = Buffer.from(loader)
  const dataSectors = Math.floor(bytes.length / SECTOR) - VECTOR_SECTORS
  const words = (dataSectors * SECTOR) / 4
  bytes.writeUInt16LE(dataSectors, area + AREA.dataSectors)
  bytes.writeUInt16LE(VECTOR_SECTORS, area + AREA.vectorSectors)
  bytes.writeUInt32LE(words, area + AREA.words)
  // The boot sector loads the first sector, the extents are those of the others.
  let at = bytes.readUInt16LE(extended + EXTENDED.extents)
  for (const { first, count } of extentsOf(sector + 1, dataSectors - 1)) {
    bytes.writeBigUInt64LE(BigInt(first), at)
    bytes.writeUInt16LE(count, at + 8)
    at += EXTENT_SIZE
  }
  const vectors = bytes.readUInt16LE(extended + EXTENDED.vectors)
  bytes.writeBigUInt64LE(BigInt(sector + dataSectors), vectors)
  bytes.writeBigUInt64LE(BigInt(sector + dataSectors + 1), vectors + 8)
  const folder = path.slice(0, Math.max(0, path.lastIndexOf('/')))
  bytes.write(`/${folder}\0`, bytes.readUInt16LE(extended + EXTENDED.folder), 'latin1')
  bytes.writeUInt32LE(0, area + AREA.checksum)
  let checksum = MAGIC
  for (let word = 0; word < words; word += 1) checksum = (checksum - bytes.readUInt32LE(word * 4)) >>> 0
  bytes.writeUInt32LE(checksum, area + AREA.checksum)
  return bytes
}

function extentsOf(first: number, sectors: number): { first: number; count: number }[] {
  const extents: { first: number; count: number }[] = []
  for (let done = 0; done < sectors; done += EXTENT_SECTORS)
    extents.push({ first: first + done, count: Math.min(sectors - done, EXTENT_SECTORS) })
  return extents
}

interface Areas {
  readonly area: number
  readonly extended: number
  /** Where the boot sector has the number of the core's first sector, 32 bits each. */
  readonly first: number
  readonly firstHigh: number
}

function patchedRanges(
  bytes: Buffer,
  { area, extended }: Pick<Areas, 'area' | 'extended'>,
): { offset: number; size: number }[] {
  const at = (field: number): number => bytes.readUInt16LE(extended + field)
  return [
    { offset: area + AREA.dataSectors, size: AREA.checksum + 4 - AREA.dataSectors },
    { offset: at(EXTENDED.extents), size: at(EXTENDED.extentCount) * EXTENT_SIZE },
    { offset: at(EXTENDED.vectors), size: VECTOR_SECTORS * 8 },
    { offset: at(EXTENDED.folder), size: at(EXTENDED.folderSize) },
  ]
}

/** Undefined unless all of it lies inside of the core and of the boot sector, with room for the extents. */
function areasOf(bytes: Buffer): Areas | undefined {
  const area = bytes.indexOf(Buffer.from(Uint32Array.of(MAGIC).buffer))
  if (area < 0 || area + AREA.extended + 2 > SECTOR || bytes.length > SIZE_LIMIT) return undefined
  const extended = bytes.readUInt16LE(area + AREA.extended)
  if (extended + EXTENDED.firstHigh + 2 > bytes.length) return undefined
  const ranges = patchedRanges(bytes, { area, extended })
  const isInside = ranges.every(({ offset, size }) => offset + size <= bytes.length)
  const [first, firstHigh] = [EXTENDED.first, EXTENDED.firstHigh].map(field => bytes.readUInt16LE(extended + field))
  const sectors = Math.floor(bytes.length / SECTOR) - VECTOR_SECTORS - 1
  const hasRoom = sectors > 0 && extentsOf(0, sectors).length <= bytes.readUInt16LE(extended + EXTENDED.extentCount)
  return isInside && hasRoom && first! + 4 <= SIGNATURE && firstHigh! + 4 <= SIGNATURE
    ? { area, extended, first: first!, firstHigh: firstHigh! }
    : undefined
}
