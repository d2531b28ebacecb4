import { broken, IsoError } from '../errors.ts'
import { BLOCK_SIZE } from '../structures/blocks.ts'

export type BootPlatform = 'bios' | 'uefi' | 'powerpc' | 'mac' | 'unknown'

/** One entry of the catalog. */
export interface CatalogEntry {
  readonly platform: BootPlatform
  readonly isBootable: boolean
  /** The file is read as it is, without emulation of a floppy or a hard disk. */
  readonly isEmulated: boolean
  /** Virtual sectors of 512 bytes to load; for UEFI the size of the file system, 0 or 1 when it goes on to the end of the volume. */
  readonly sectors: number
  readonly block: number
}

const PLATFORM_IDS: Readonly<Record<Exclude<BootPlatform, 'unknown'>, number>> = {
  bios: 0,
  powerpc: 1,
  mac: 2,
  uefi: 0xef,
}

/** El Torito 2.0: all structures of the catalog take 32 bytes. */
const ENTRY_SIZE = 32
const VALIDATION_HEADER = 0x01
const SECTION_HEADER = 0x90
const LAST_SECTION_HEADER = 0x91
const EXTENSION = 0x44
const BOOTABLE = 0x88
const KEY = 0xaa55
const VALIDATION = { header: 0, platform: 1, checksum: 28, key: 30 } as const
const ENTRY = { bootable: 0, media: 1, sectors: 6, block: 8 } as const
const SECTION = { header: 0, platform: 1, count: 2 } as const
const MEDIA_MASK = 0x0f

/** The catalog is one block: validation and default entry, then a section header before each further entry. */
const ENTRY_LIMIT: number = BLOCK_SIZE / ENTRY_SIZE / 2

/** Throws {@link IsoError} `TOO_MANY_BOOT_ENTRIES`. */
export function checkEntryCount(count: number): void {
  if (count > ENTRY_LIMIT)
    throw new IsoError(
      'TOO_MANY_BOOT_ENTRIES',
      `found ${count} boot entries; the boot catalog has room for ${ENTRY_LIMIT}`,
    )
}

export function encodeBootCatalog(
  entries: readonly { platform: 'bios' | 'uefi'; sectors: number; block: number }[],
): Buffer {
  const into = Buffer.alloc(BLOCK_SIZE)
  let position = ENTRY_SIZE
  for (const [index, entry] of entries.entries()) {
    if (index > 0) {
      into[position + SECTION.header] = index === entries.length - 1 ? LAST_SECTION_HEADER : SECTION_HEADER
      into[position + SECTION.platform] = PLATFORM_IDS[entry.platform]
      into.writeUInt16LE(1, position + SECTION.count)
      position += ENTRY_SIZE
    }
    into[position + ENTRY.bootable] = BOOTABLE
    into.writeUInt16LE(entry.sectors, position + ENTRY.sectors)
    into.writeUInt32LE(entry.block, position + ENTRY.block)
    position += ENTRY_SIZE
  }
  into[VALIDATION.header] = VALIDATION_HEADER
  into[VALIDATION.platform] = PLATFORM_IDS[entries[0]!.platform]
  into.writeUInt16LE(KEY, VALIDATION.key)
  into.writeUInt16LE(-wordSum(into) & 0xffff, VALIDATION.checksum)
  return into
}

/** `offset` is where the catalog is in the image. Throws {@link IsoError} `BOOT_CATALOG`. */
export function decodeBootCatalog(catalog: Buffer, offset: number): CatalogEntry[] {
  const isValid = catalog[VALIDATION.header] === VALIDATION_HEADER && catalog.readUInt16LE(VALIDATION.key) === KEY
  if (!isValid)
    throw broken('BOOT_CATALOG', 'validation entry of the boot catalog', offset, 'found neither its header nor its key')
  if (wordSum(catalog) !== 0)
    throw broken(
      'BOOT_CATALOG',
      'validation entry of the boot catalog',
      offset,
      `the words add up to ${wordSum(catalog)}; expected 0`,
    )

  const entries = [decodeEntry(catalog, ENTRY_SIZE, catalog[VALIDATION.platform]!)]
  let position = 2 * ENTRY_SIZE
  for (let isLast = false; !isLast && position < catalog.length; ) {
    const header = catalog[position + SECTION.header]!
    if (header !== SECTION_HEADER && header !== LAST_SECTION_HEADER) break
    isLast = header === LAST_SECTION_HEADER
    const platform = catalog[position + SECTION.platform]!
    let left = catalog.readUInt16LE(position + SECTION.count)
    for (position += ENTRY_SIZE; left > 0; position += ENTRY_SIZE) {
      if (position >= catalog.length)
        throw broken(
          'BOOT_CATALOG',
          'section of the boot catalog',
          offset + position,
          `${left} entries are missing at the end of the catalog`,
        )
      if (catalog[position] === EXTENSION) continue
      entries.push(decodeEntry(catalog, position, platform))
      left -= 1
    }
    while (position < catalog.length && catalog[position] === EXTENSION) position += ENTRY_SIZE
  }
  return entries
}

function decodeEntry(catalog: Buffer, position: number, platformId: number): CatalogEntry {
  const known = Object.entries(PLATFORM_IDS).find(([, id]) => id === platformId)
  return {
    platform: (known?.[0] as BootPlatform | undefined) ?? 'unknown',
    isBootable: catalog[position + ENTRY.bootable] === BOOTABLE,
    isEmulated: (catalog[position + ENTRY.media]! & MEDIA_MASK) !== 0,
    sectors: catalog.readUInt16LE(position + ENTRY.sectors),
    block: catalog.readUInt32LE(position + ENTRY.block),
  }
}

/** The sixteen words of the validation entry add up to 0. */
function wordSum(catalog: Buffer): number {
  let sum = 0
  for (let position = 0; position < ENTRY_SIZE; position += 2) sum += catalog.readUInt16LE(position)
  return sum & 0xffff
}
