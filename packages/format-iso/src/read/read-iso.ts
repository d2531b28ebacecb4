import { type Bytes, openReader, type Reader, type Tree } from '@bootwright/bytes'
import { type BootPlatform, type CatalogEntry, decodeBootCatalog } from '../boot/boot-catalog.ts'
import { broken } from '../errors.ts'
import { BLOCK_SIZE, SECTOR_SIZE } from '../structures/blocks.ts'
import { readDirectory } from './read-directory.ts'
import { jolietName, primaryName } from './read-names.ts'
import { skippedBytes } from './read-rock-ridge.ts'
import { type Extent, type Hierarchy, readTree } from './read-tree.ts'
import { type ReadVolume, readVolume } from './read-volume.ts'

export interface IsoBoot {
  readonly platform: BootPlatform
  readonly bootable: boolean
  /** The firmware is to show it as a floppy or a hard disk. */
  readonly isEmulated: boolean
  /** Bytes from the start of the image. */
  readonly offset: number
  /** Bytes: of the file that begins there, or else what the catalog says. */
  readonly size: number
  /** Sectors of 512 bytes that the firmware loads, as the catalog says. */
  readonly loadSectors: number
  /** The file that begins there, unless it is hidden. */
  readonly path: string | undefined
}

export interface IsoImage {
  readonly label: string
  /** Nothing when the volume has no Joliet hierarchy. */
  readonly jolietLabel: string | undefined
  readonly publisher: string
  readonly application: string
  /** When the volume was modified, as it says itself. */
  readonly date: Date | undefined
  /** Where the names are from: the best that the volume has. Joliet and plain ISO 9660 have neither links nor modes. */
  readonly names: 'rock ridge' | 'joliet' | 'iso 9660'
  /** Contents are slices of the image. */
  readonly tree: Tree
  /** For each file, the runs of the image that it consists of: one, or more from 4 GiB on. An empty file has one of 0 bytes at 0. */
  readonly extents: ReadonlyMap<string, readonly Extent[]>
  /** Paths of devices, pipes and sockets, which no tree can hold. */
  readonly special: readonly string[]
  /** The El Torito boot catalog. */
  readonly boot: readonly IsoBoot[]
  /** Of 2048 bytes, in the volume. The image may be longer. */
  readonly blocks: number
}

/**
 * Reads directories and boot catalog of an ISO 9660 volume; contents are not read. Throws {@link IsoError} with code, structure and
 * offset on anything broken, on cycles and on counts that no real volume has.
 */
export async function readIso(bytes: Bytes): Promise<IsoImage> {
  await using reader = openReader(bytes)
  const volume = await readVolume(reader)
  const { names, hierarchy } = await bestHierarchy(reader, volume)
  const { tree, extents, special } = await readTree(bytes, reader, hierarchy)
  return {
    label: volume.primary.label,
    jolietLabel: volume.joliet?.label,
    publisher: volume.primary.publisher,
    application: volume.primary.application,
    date: volume.primary.date,
    names,
    tree,
    extents,
    special,
    boot: await readBoot(reader, volume, extents),
    blocks: volume.primary.volumeBlocks,
  }
}

async function bestHierarchy(
  reader: Reader,
  { primary, joliet }: ReadVolume,
): Promise<{ names: IsoImage['names']; hierarchy: Hierarchy }> {
  for await (const self of readDirectory(reader, { ...primary.root, size: Math.min(primary.root.size, BLOCK_SIZE) })) {
    const skipped = skippedBytes(self.systemUse as Buffer)
    if (skipped !== undefined)
      return { names: 'rock ridge', hierarchy: { root: primary.root, nameOf: primaryName, skippedBytes: skipped } }
    break
  }
  if (joliet) return { names: 'joliet', hierarchy: { root: joliet.root, nameOf: jolietName, skippedBytes: undefined } }
  return { names: 'iso 9660', hierarchy: { root: primary.root, nameOf: primaryName, skippedBytes: undefined } }
}

async function readBoot(
  reader: Reader,
  { primary, catalogBlock }: ReadVolume,
  extents: IsoImage['extents'],
): Promise<IsoBoot[]> {
  if (catalogBlock === undefined) return []
  const offset = catalogBlock * BLOCK_SIZE
  if (offset + BLOCK_SIZE > reader.size)
    throw broken('OUTSIDE', 'boot catalog', offset, `the image ends at byte ${reader.size}`)
  const entries = decodeBootCatalog(Buffer.from((await reader.read(offset, BLOCK_SIZE)).buffer), offset)
  const files = new Map([...extents].map(([path, [first]]) => [first!.size > 0 ? first!.offset : -1, path]))
  return entries.map(({ platform, isBootable, isEmulated, sectors, block }) => {
    const start = block * BLOCK_SIZE
    const path = files.get(start)
    const size =
      path === undefined ? catalogSize({ platform, sectors, block }, primary.volumeBlocks) : totalOf(extents.get(path)!)
    return { platform, bootable: isBootable, isEmulated, offset: start, size, loadSectors: sectors, path }
  })
}

/** UEFI 2.10 13.3.2.1: a system partition of 0 or 1 sectors goes on to the end of the medium. */
const catalogSize = (
  { platform, sectors, block }: Pick<CatalogEntry, 'platform' | 'sectors' | 'block'>,
  volumeBlocks: number,
): number =>
  platform === 'uefi' && sectors <= 1 ? Math.max(0, volumeBlocks - block) * BLOCK_SIZE : sectors * SECTOR_SIZE

const totalOf = (extents: readonly Extent[]): number => extents.reduce((sum, extent) => sum + extent.size, 0)
