import type { ImageReader } from '@bootwright/api'
import { type Bytes, type Entry, fromMemory, read, slice } from '@bootwright/bytes'
import { DiskError, decodeMbr, MBR_TYPE, readGpt, readQcow2, SECTOR_SIZE } from '@bootwright/format-disk'
import { ExfatError, type ExfatVolume, readExfat } from '@bootwright/format-exfat'
import { FatError, type FatVolume, readFat } from '@bootwright/format-fat'
import { startsUefi } from '@bootwright/image-writer'
import { withoutInstallation } from './syslinux.ts'

/** Larger than any core of SYSLINUX. */
const LOADER_LIMIT = 1 << 19

export const usbReader: ImageReader = {
  async open(image) {
    const wrapped = await unwrapped(image)
    const bytes = wrapped ?? image
    const table = await partitionsOf(bytes)
    for (const { offset, size } of table?.partitions ?? []) {
      const volume = slice(bytes, offset, offset + size)
      const fat = await readFat(volume).catch(unlessForeign)
      if (!fat) continue
      const tree = new Map(fat.tree)
      const hasLoader = await takeInstallationOut(tree, volume)
      const exfat = await contentVolume(bytes, table!)
      for (const [path, entry] of exfat?.tree ?? []) if (!tree.has(path)) tree.set(path, entry)
      return {
        format: `${wrapped ? 'qcow2 image of a ' : ''}disk with ${table!.kind}${exfat ? `, FAT${fat.type} and exFAT` : ` and FAT${fat.type}`}`,
        label: fat.label,
        tree,
        boot: [...(hasLoader ? ['BIOS (SYSLINUX)'] : []), ...(startsUefi(tree) ? ['UEFI'] : [])],
        facts: { 'FAT serial number': fat.serial, 'cluster size': `${fat.clusterSize}` },
      }
    }
    return undefined
  },
}

/** The disk in a qcow2 image; nothing when it is none. */
async function unwrapped(image: Bytes): Promise<Bytes | undefined> {
  try {
    return await readQcow2(image)
  } catch (error) {
    if (error instanceof DiskError && error.code === 'DISK_SIGNATURE') return undefined
    throw error
  }
}

/** Where the files are that FAT cannot hold, or that are apart. */
async function contentVolume(bytes: Bytes, { partitions }: Partitions): Promise<ExfatVolume | undefined> {
  for (const { offset, size } of partitions) {
    const volume = await readExfat(slice(bytes, offset, offset + size)).catch((error: unknown) => {
      if (!(error instanceof ExfatError)) throw error
      return undefined
    })
    if (volume) return volume
  }
  return undefined
}

interface Partitions {
  readonly kind: 'GPT' | 'MBR'
  /** Bytes. */
  readonly partitions: readonly { readonly offset: number; readonly size: number }[]
}

async function partitionsOf(bytes: Bytes): Promise<Partitions | undefined> {
  if (bytes.size < SECTOR_SIZE) return undefined
  const inside = ({ offset, size }: { offset: number; size: number }): boolean => offset + size <= bytes.size
  try {
    const { partitions } = decodeMbr(await read(bytes, 0, SECTOR_SIZE))
    if (partitions.some(({ type }) => type === MBR_TYPE.gptProtective)) {
      const gpt = await readGpt(bytes)
      const ranges = gpt.partitions.map(({ firstSector, lastSector }) => ({
        offset: firstSector * SECTOR_SIZE,
        size: (lastSector - firstSector + 1) * SECTOR_SIZE,
      }))
      return { kind: 'GPT', partitions: ranges.filter(inside) }
    }
    const ranges = partitions.map(({ firstSector, sectors }) => ({
      offset: firstSector * SECTOR_SIZE,
      size: sectors * SECTOR_SIZE,
    }))
    return { kind: 'MBR', partitions: ranges.filter(inside) }
  } catch (error) {
    if (error instanceof DiskError) return undefined
    throw error
  }
}

/** What others made may hold something else, or be damaged. */
const unlessForeign = (error: unknown): FatVolume | undefined => {
  if (error instanceof FatError) return undefined
  throw error
}

/** The core of SYSLINUX as the target got it. Returns whether there is one that the boot sector leads to. */
async function takeInstallationOut(tree: Map<string, Entry>, volume: Bytes): Promise<boolean> {
  const bootSector = await read(volume, 0, SECTOR_SIZE)
  for (const [path, entry] of tree) {
    if (!path.endsWith('/ldlinux.sys') || entry.kind !== 'file' || entry.content.size > LOADER_LIMIT) continue
    const clean = withoutInstallation(bootSector, await read(entry.content), path)
    if (!clean) continue
    tree.set(path, { ...entry, content: fromMemory(clean) })
    return true
  }
  return false
}
