import type { FinishedMedium, SyslinuxFiles } from '@bootwright/api'
import {
  type Bytes,
  type Entry,
  fromMemory,
  overlay,
  type Patch,
  type Range,
  read,
  type Tree,
  zeros,
} from '@bootwright/bytes'
import {
  EFI_SYSTEM_PARTITION,
  encodeMbr,
  gptSectors,
  guidFrom,
  MBR_TYPE,
  type MbrPartition,
  planGptDisk,
  protectivePartition,
  SECTOR_SIZE,
} from '@bootwright/format-disk'
import { type FatPlan, fatLabel, planFat } from '@bootwright/format-fat'
import { installSyslinux } from './syslinux.ts'

/** Where partitions begin by custom: a multiple of every block that flash memory erases. */
const ALIGNMENT = 1 << 20
/** A medium may grow by this before everything on it is laid out anew: its sixteenth, and at least so many bytes. */
const ROOM = { part: 16, least: 32 << 20 } as const
/** The size of the disk is a multiple of this, so that it stays the same while the medium grows a little. */
const SIZE_STEP = 64 << 20
/** FAT specification 1.03, section 3.4: the copy of the boot sector. */
const BACKUP_BOOT_SECTOR = 6
/** UEFI 2.10, table 5.8: legacy BIOS bootable. */
const LEGACY_BOOTABLE = 1n << 2n

/**
 * Many a BIOS starts no disk without an active partition, and some UEFI firmware takes an active protective one for no GPT: this one is
 * nothing but active.
 */
const ACTIVE: MbrPartition = { type: MBR_TYPE.empty, isActive: true, firstSector: 0, sectors: 0 }

export interface DiskOptions {
  readonly partitionTable: 'gpt' | 'mbr'
  /** Bytes of the whole disk; by default what the medium needs. */
  readonly size?: number | undefined
}

export interface DiskPlan {
  readonly bytes: Bytes
  readonly fat: FatPlan
  /** Where each file is that is as in the tree, in bytes from the start of the disk. */
  readonly extents: FatPlan['extents']
  readonly free: readonly Range[]
}

/** A disk with one FAT32 volume that holds everything and that BIOS and UEFI start. */
export async function layOut(medium: FinishedMedium, options: DiskOptions): Promise<DiskPlan> {
  const { id, label, date, boot } = medium
  const tree = wholeTree(medium)
  const plan = (size?: number): FatPlan =>
    planFat(tree, {
      label: fatLabel(label),
      date,
      seed: id,
      type: 32,
      alignment: ALIGNMENT,
      hiddenSectors: ALIGNMENT / SECTOR_SIZE,
      size,
    })
  const around = ALIGNMENT + (options.partitionTable === 'gpt' ? gptSectors() * SECTOR_SIZE : 0)
  const size = options.size ?? comfortableSize(plan().bytes.size + around)
  const end = Math.floor((size - (around - ALIGNMENT)) / ALIGNMENT) * ALIGNMENT
  const fat = plan(end - ALIGNMENT)
  const stick = boot?.bios?.stick
  const volume = stick ? await withSyslinux(fat, tree, stick) : fat.bytes
  const bytes = options.partitionTable === 'gpt' ? gptDisk(medium, volume, size) : mbrDisk(medium, volume, size)
  const extents = fat.extents
    .filter(({ path }) => path !== stick?.loader)
    .map(extent => ({ ...extent, offset: extent.offset + ALIGNMENT }))
  const last = fat.extents.at(-1)
  const used = ALIGNMENT + (last ? Math.ceil((last.offset + last.size) / fat.clusterSize) * fat.clusterSize : end)
  return { bytes, fat, extents, free: [{ offset: used, size: Math.max(0, end - used) }] }
}

/** A stick has one volume for the medium and for UEFI. */
function wholeTree({ tree, boot }: FinishedMedium): Tree {
  return new Map<string, Entry>([...(boot?.uefi?.systemPartition ?? []), ...tree])
}

function comfortableSize(needed: number): number {
  const room = Math.max(needed / ROOM.part, ROOM.least)
  return Math.ceil((needed + room) / SIZE_STEP) * SIZE_STEP
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

const firstSector = ALIGNMENT / SECTOR_SIZE
const signatureOf = (id: string): number => Number.parseInt(id.slice(0, 8), 16)

function gptDisk({ id, label, boot }: FinishedMedium, volume: Bytes, size: number): Bytes {
  const sectors = Math.floor(size / SECTOR_SIZE)
  const stick = boot?.bios?.stick
  return planGptDisk({
    diskId: guidFrom(`disk ${id}`),
    sectors,
    partitions: [
      {
        type: EFI_SYSTEM_PARTITION,
        id: guidFrom(`volume ${id}`),
        name: label.slice(0, 36),
        firstSector,
        lastSector: firstSector + volume.size / SECTOR_SIZE - 1,
        attributes: stick ? LEGACY_BOOTABLE : 0n,
      },
    ],
    contents: [volume],
    mbr: {
      code: stick?.mbrCode.gpt,
      diskSignature: signatureOf(id),
      partitions: [protectivePartition(sectors), ...(stick ? [ACTIVE] : [])],
    },
  })
}

function mbrDisk({ id, boot }: FinishedMedium, volume: Bytes, size: number): Bytes {
  const sector = encodeMbr({
    code: boot?.bios?.stick?.mbrCode.mbr,
    diskSignature: signatureOf(id),
    partitions: [{ type: MBR_TYPE.fat32, isActive: true, firstSector, sectors: volume.size / SECTOR_SIZE }],
  })
  return overlay(zeros(Math.floor(size / SECTOR_SIZE) * SECTOR_SIZE), [
    { offset: 0, bytes: fromMemory(sector) },
    { offset: ALIGNMENT, bytes: volume },
  ])
}
