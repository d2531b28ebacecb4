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
  BASIC_DATA_PARTITION,
  EFI_SYSTEM_PARTITION,
  encodeMbr,
  type GptPartition,
  gptSectors,
  guidFrom,
  MBR_TYPE,
  type MbrPartition,
  planGptDisk,
  protectivePartition,
  SECTOR_SIZE,
} from '@bootwright/format-disk'
import { type ExfatPlan, planExfat } from '@bootwright/format-exfat'
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

/** FAT specification 1.03, section 6: a size has 32 bits. */
const LARGEST_IN_FAT = 0xffffffff

export interface DiskOptions {
  readonly partitionTable: 'gpt' | 'mbr'
  /** Bytes of the whole disk; by default what the medium needs. */
  readonly size?: number | undefined
}

export interface DiskPlan {
  readonly bytes: Bytes
  readonly fat: FatPlan
  /** Takes the files that are too large for FAT; nothing when there are none. */
  readonly exfat: ExfatPlan | undefined
  /** Where each file is that is as in the tree, in bytes from the start of the disk. */
  readonly extents: FatPlan['extents']
  readonly free: readonly Range[]
}

/** A volume and where it begins, in bytes. */
interface Placed {
  readonly kind: 'fat' | 'exfat'
  readonly bytes: Bytes
  readonly offset: number
}

/**
 * A disk with one FAT32 volume that BIOS and UEFI start and that holds everything but the files that are too large for it: those are on a
 * second volume, with exFAT.
 */
export async function layOut(medium: FinishedMedium, options: DiskOptions): Promise<DiskPlan> {
  const { partitionTable } = options
  const { small, large } = bySize(wholeTree(medium))
  const atEnd = partitionTable === 'gpt' ? gptSectors() * SECTOR_SIZE : 0
  const planned =
    large.size > 0 ? withLarge(medium, small, large, options, atEnd) : alone(medium, small, options, atEnd)
  const { fat, exfat, size } = planned
  const stick = medium.boot?.bios?.stick
  const exfatOffset = ALIGNMENT + fat.bytes.size
  const volumes: Placed[] = [
    { kind: 'fat', bytes: stick ? await withSyslinux(fat, small, stick) : fat.bytes, offset: ALIGNMENT },
    ...(exfat ? [{ kind: 'exfat' as const, bytes: exfat.bytes, offset: exfatOffset }] : []),
  ]
  const bytes = partitionTable === 'gpt' ? gptDisk(medium, volumes, size) : mbrDisk(medium, volumes, size)
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

interface Sized {
  readonly fat: FatPlan
  readonly exfat?: ExfatPlan
  /** Bytes of the disk. */
  readonly size: number
}

function alone(medium: FinishedMedium, tree: Tree, { size: asked }: DiskOptions, atEnd: number): Sized {
  const size = asked ?? comfortableSize(ALIGNMENT + planVolume(medium, tree).bytes.size + atEnd)
  return { fat: planVolume(medium, tree, down(size - atEnd) - ALIGNMENT), size }
}

/** The volume that starts is as large as it would be alone; the other one takes what is left. */
function withLarge(
  medium: FinishedMedium,
  small: Tree,
  large: Tree,
  { size: asked }: DiskOptions,
  atEnd: number,
): Sized {
  const fat = planVolume(medium, small, comfortableSize(planVolume(medium, small).bytes.size))
  const hiddenSectors = (ALIGNMENT + fat.bytes.size) / SECTOR_SIZE
  const { label, date, id } = medium
  const plan = (size?: number): ExfatPlan =>
    planExfat(large, { label, date, seed: `content ${id}`, alignment: ALIGNMENT, hiddenSectors, size })
  const size = asked ?? comfortableSize(ALIGNMENT + fat.bytes.size + plan().bytes.size + atEnd)
  return { fat, exfat: plan(down(size - atEnd) - ALIGNMENT - fat.bytes.size), size }
}

const down = (size: number): number => Math.floor(size / ALIGNMENT) * ALIGNMENT

const planVolume = ({ label, date, id }: FinishedMedium, tree: Tree, size?: number): FatPlan =>
  planFat(tree, {
    label: fatLabel(label),
    date,
    seed: id,
    type: 32,
    alignment: ALIGNMENT,
    hiddenSectors: ALIGNMENT / SECTOR_SIZE,
    size,
  })

function bySize(tree: Tree): { small: Tree; large: Tree } {
  const isLarge = ([, entry]: readonly [string, Entry]): boolean =>
    entry.kind === 'file' && entry.content.size > LARGEST_IN_FAT
  const entries = [...tree]
  return { small: new Map(entries.filter(entry => !isLarge(entry))), large: new Map(entries.filter(isLarge)) }
}

/** Behind the last file of a volume. */
function freeOf({ bytes, extents, clusterSize }: FatPlan | ExfatPlan, offset: number): Range[] {
  const last = extents.at(-1)
  if (!last) return []
  const used = Math.ceil((last.offset + last.size) / clusterSize) * clusterSize
  return [{ offset: offset + used, size: bytes.size - used }]
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

const signatureOf = (id: string): number => Number.parseInt(id.slice(0, 8), 16)
const placeOf = ({ offset, bytes }: Placed): { firstSector: number; sectors: number } => ({
  firstSector: offset / SECTOR_SIZE,
  sectors: bytes.size / SECTOR_SIZE,
})

function gptDisk({ id, label, boot }: FinishedMedium, volumes: readonly Placed[], size: number): Bytes {
  const sectors = Math.floor(size / SECTOR_SIZE)
  const stick = boot?.bios?.stick
  const partitions = volumes.map((volume): GptPartition => {
    const { firstSector, sectors: count } = placeOf(volume)
    const isFat = volume.kind === 'fat'
    return {
      type: isFat ? EFI_SYSTEM_PARTITION : BASIC_DATA_PARTITION,
      id: guidFrom(`${isFat ? 'volume' : 'content'} ${id}`),
      name: (isFat ? label : `${label.slice(0, 28)} content`).slice(0, 36),
      firstSector,
      lastSector: firstSector + count - 1,
      attributes: isFat && stick ? LEGACY_BOOTABLE : 0n,
    }
  })
  return planGptDisk({
    diskId: guidFrom(`disk ${id}`),
    sectors,
    partitions,
    contents: volumes.map(({ bytes }) => bytes),
    mbr: {
      code: stick?.mbrCode.gpt,
      diskSignature: signatureOf(id),
      partitions: [protectivePartition(sectors), ...(stick ? [ACTIVE] : [])],
    },
  })
}

function mbrDisk({ id, boot }: FinishedMedium, volumes: readonly Placed[], size: number): Bytes {
  const sector = encodeMbr({
    code: boot?.bios?.stick?.mbrCode.mbr,
    diskSignature: signatureOf(id),
    partitions: volumes.map(volume => ({
      type: volume.kind === 'fat' ? MBR_TYPE.fat32 : MBR_TYPE.ntfsOrExfat,
      isActive: volume.kind === 'fat',
      ...placeOf(volume),
    })),
  })
  return overlay(zeros(Math.floor(size / SECTOR_SIZE) * SECTOR_SIZE), [
    { offset: 0, bytes: fromMemory(sector) },
    ...volumes.map(({ offset, bytes }) => ({ offset, bytes })),
  ])
}
