import { type Bytes, openReader, type Tree } from '@bootwright/bytes'
import { FatError } from '../error.ts'
import { decodeCodePage } from '../names/code-page.ts'
import { BOOT_SECTOR_SIZE, decodeBootSector } from '../structures/boot-sector.ts'
import { NO_LABEL } from '../structures/label.ts'
import type { FatType } from '../structures/options.ts'
import { layoutOf, openClusters } from './cluster-reader.ts'
import { readTree } from './read-tree.ts'

export interface FatVolume {
  readonly type: FatType
  /** Of the root folder, else of the boot sector; empty when there is none. */
  readonly label: string
  /** Eight hexadecimal digits. */
  readonly serial: string
  readonly sectorSize: number
  readonly clusterSize: number
  /** Clusters that can be used at all. */
  readonly clusters: number
  readonly hiddenSectors: number
  /** Bytes of the volume; what it was read from may be larger. */
  readonly size: number
  /** Contents are ranges of what was read. */
  readonly tree: Tree
}

/**
 * Reads a FAT12, FAT16 or FAT32 volume from its boot sector, first allocation table and folders. Throws {@link FatError}, whatever is
 * fed to it: no chain is followed twice, no folder is larger than FAT allows and no path longer than Windows opens.
 */
export async function readFat(bytes: Bytes): Promise<FatVolume> {
  await using reader = openReader(bytes)
  if (bytes.size < BOOT_SECTOR_SIZE)
    throw new FatError('FAT_TRUNCATED', 'boot sector', `${bytes.size} bytes; expected at least ${BOOT_SECTOR_SIZE}`, {
      offset: 0,
    })
  const boot = decodeBootSector(await reader.read(0, BOOT_SECTOR_SIZE))
  const layout = layoutOf(boot)
  const size = boot.totalSectors * boot.sectorSize
  if (size > bytes.size)
    throw new FatError('FAT_TRUNCATED', 'boot sector', `the volume has ${size} bytes; only ${bytes.size} are there`, {
      offset: 19,
    })
  const clusters = openClusters(bytes, reader, layout)
  const { tree, label } = await readTree(reader, clusters, layout, boot)
  const bootLabel = decodeCodePage(boot.label).trimEnd()
  return {
    type: layout.type,
    label: label ?? (bootLabel === NO_LABEL ? '' : bootLabel),
    serial: boot.serial.toString(16).toUpperCase().padStart(8, '0'),
    sectorSize: boot.sectorSize,
    clusterSize: layout.clusterSize,
    clusters: layout.clusters,
    hiddenSectors: boot.hiddenSectors,
    size,
    tree,
  }
}
