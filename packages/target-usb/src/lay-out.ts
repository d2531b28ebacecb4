import type { FinishedMedium, SyslinuxFiles } from '@bootwright/api'
import { type Bytes, fromMemory, overlay, type Patch, type Range, read, type Tree } from '@bootwright/bytes'
import { SECTOR_SIZE } from '@bootwright/format-disk'
import type { ExfatPlan } from '@bootwright/format-exfat'
import type { FatPlan } from '@bootwright/format-fat'
import { wholeTree } from '@bootwright/image-writer'
import { gptDisk, mbrDisk, type Placed } from './partition-table.ts'
import { installSyslinux } from './syslinux.ts'
import { ALIGNMENT, type DiskOptions, freeOf, planVolumes } from './volumes.ts'

/** FAT specification 1.03, section 3.4: the copy of the boot sector. */
const BACKUP_BOOT_SECTOR = 6

export interface DiskPlan {
  readonly bytes: Bytes
  readonly fat: FatPlan
  /** Takes the files that are too large for FAT; nothing when there are none. */
  readonly exfat: ExfatPlan | undefined
  /** Where each file is that is as in the tree, in bytes from the start of the disk. */
  readonly extents: FatPlan['extents']
  readonly free: readonly Range[]
}

/**
 * A disk with one FAT32 volume that BIOS and UEFI start and that holds everything but the files that are too large for it: those are on a
 * second volume, with exFAT.
 */
export async function layOut(medium: FinishedMedium, options: DiskOptions): Promise<DiskPlan> {
  const { fat, exfat, size } = planVolumes(medium, options)
  const stick = medium.boot?.bios?.usb
  const exfatOffset = ALIGNMENT + fat.bytes.size
  const volumes: Placed[] = [
    { kind: 'fat', bytes: stick ? await withSyslinux(fat, wholeTree(medium), stick) : fat.bytes, offset: ALIGNMENT },
    ...(exfat ? [{ kind: 'exfat' as const, bytes: exfat.bytes, offset: exfatOffset }] : []),
  ]
  const bytes = options.partitionTable === 'gpt' ? gptDisk(medium, volumes, size) : mbrDisk(medium, volumes, size)
  const moved = ({ extents }: FatPlan | ExfatPlan, by: number): FatPlan['extents'] =>
    extents.map(extent => ({ ...extent, offset: extent.offset + by }))
  return {
    bytes,
    fat,
    exfat,
    extents: [
      ...moved(fat, ALIGNMENT).filter(({ path }) => path !== stick?.loader),
      ...(exfat ? moved(exfat, exfatOffset) : []),
    ],
    free: [...freeOf(fat, ALIGNMENT), ...(exfat ? freeOf(exfat, exfatOffset) : [])],
  }
}

async function withSyslinux(fat: FatPlan, tree: Tree, stick: SyslinuxFiles): Promise<Bytes> {
  const entry = tree.get(stick.loader)
  const extent = fat.extents.find(({ path }) => path === stick.loader)
  if (entry?.kind !== 'file' || !extent)
    throw new Error(`the boot image has no ${stick.loader}, which starts its sticks`)
  const [own, core] = [await read(fat.bytes, 0, SECTOR_SIZE), await read(entry.content)]
  const { bootSector, loader } = installSyslinux(own, core, stick, extent.offset / SECTOR_SIZE)
  const patches: Patch[] = [0, BACKUP_BOOT_SECTOR].map(sector => ({
    offset: sector * SECTOR_SIZE,
    bytes: fromMemory(bootSector),
  }))
  return overlay(fat.bytes, [...patches, { offset: extent.offset, bytes: fromMemory(loader) }])
}
