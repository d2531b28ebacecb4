import type { FinishedMedium } from '@bootwright/api'
import type { Entry, Range, Tree } from '@bootwright/bytes'
import { gptSectors, SECTOR_SIZE } from '@bootwright/format-disk'
import { type ExfatPlan, planExfat } from '@bootwright/format-exfat'
import { type FatPlan, fatLabel, planFat } from '@bootwright/format-fat'
import { wholeTree } from '@bootwright/image-writer'

/** Where partitions begin by custom: a multiple of every block that flash memory erases. */
export const ALIGNMENT: number = 1 << 20
/** A medium may grow by this before everything on it is laid out anew: its sixteenth, and at least so many bytes. */
const ROOM = { part: 16, least: 32 << 20 } as const
/** Folders may grow within this before the files behind them move: room for some thousand names. */
const FOLDER_ROOM = 256 << 10
/** The size of the disk is a multiple of this, so that it stays the same while the medium grows a little. */
const SIZE_STEP = 64 << 20
/** FAT specification 1.03, section 6: a size has 32 bits. */
const LARGEST_IN_FAT = 0xffffffff

export interface DiskOptions {
  readonly partitionTable: 'gpt' | 'mbr'
  /** Bytes of the whole disk; by default what the medium needs. */
  readonly size?: number | undefined
  /** What else than files that are too large for FAT is on the second volume. */
  readonly isApart?: ((path: string) => boolean) | undefined
}

/** The volumes of a disk, one behind the other from {@link ALIGNMENT} on. */
export interface Volumes {
  readonly fat: FatPlan
  /** Takes the files that are too large for FAT, and what is to be apart; nothing when there are none. */
  readonly exfat?: ExfatPlan | undefined
  /** Bytes of the disk. */
  readonly size: number
}

export function planVolumes(medium: FinishedMedium, options: DiskOptions): Volumes {
  const { started, apart } = divide(wholeTree(medium), options)
  const atEnd = options.partitionTable === 'gpt' ? gptSectors() * SECTOR_SIZE : 0
  return apart.size > 0 ? withSecond(medium, started, apart, options, atEnd) : alone(medium, started, options, atEnd)
}

function alone(medium: FinishedMedium, tree: Tree, { size: asked }: DiskOptions, atEnd: number): Volumes {
  const size = asked ?? comfortableSize(ALIGNMENT + planVolume(medium, tree).bytes.size + atEnd)
  return { fat: planVolume(medium, tree, down(size - atEnd) - ALIGNMENT), size }
}

/** The volume that starts is as large as it would be alone; the other one takes what is left. */
function withSecond(
  medium: FinishedMedium,
  started: Tree,
  apart: Tree,
  { size: asked }: DiskOptions,
  atEnd: number,
): Volumes {
  const fat = planVolume(medium, started, comfortableSize(planVolume(medium, started).bytes.size))
  const hiddenSectors = (ALIGNMENT + fat.bytes.size) / SECTOR_SIZE
  const { label, date, id } = medium
  const plan = (size?: number): ExfatPlan =>
    planExfat(apart, { label, date, seed: `content ${id}`, alignment: ALIGNMENT, hiddenSectors, size })
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
    folderRoom: FOLDER_ROOM,
    hiddenSectors: ALIGNMENT / SECTOR_SIZE,
    size,
  })

/** Into the volume that starts, and the other one. */
function divide(tree: Tree, { isApart = () => false }: DiskOptions): { started: Tree; apart: Tree } {
  const goesApart = ([path, entry]: readonly [string, Entry]): boolean =>
    isApart(path) || (entry.kind === 'file' && entry.content.size > LARGEST_IN_FAT)
  const entries = [...tree]
  return { started: new Map(entries.filter(entry => !goesApart(entry))), apart: new Map(entries.filter(goesApart)) }
}

/** Behind the last file of a volume. */
export function freeOf({ bytes, extents, clusterSize }: FatPlan | ExfatPlan, offset: number): Range[] {
  const last = extents.at(-1)
  if (!last) return []
  const used = Math.ceil((last.offset + last.size) / clusterSize) * clusterSize
  return [{ offset: offset + used, size: bytes.size - used }]
}

function comfortableSize(needed: number): number {
  const room = Math.max(needed / ROOM.part, ROOM.least)
  return Math.ceil((needed + room) / SIZE_STEP) * SIZE_STEP
}
