import { crc32 } from 'node:zlib'
import { type Bytes, fromMemory } from '@bootwright/bytes'
import { DiskError } from './error.ts'
import { ENTRY_SIZE, encodeGptEntry, type GptEntry, type GptPartition, NAME_LENGTH } from './gpt-entry.ts'
import { encodeGptHeader, type GptHeader } from './gpt-header.ts'
import { guidFrom } from './guid.ts'
import { SECTOR_SIZE } from './sector.ts'

/** UEFI 2.10 5.3.1: at least this much is reserved for the entry array, however few entries there are. */
const ENTRY_ARRAY_MINIMUM = 16384
/** More entries than any partitioning tool reads. */
export const MAXIMUM_ENTRIES = 1024

export interface GptPlan {
  /** GUID text. */
  readonly diskId: string
  /** The whole disk, in sectors of 512 bytes. */
  readonly sectors: number
  readonly partitions: readonly GptPartition[]
  /** Slots in the table, 1 to 1024; 128 by default. */
  readonly entries?: number | undefined
}

export interface PlannedGpt {
  /** Header and entry array; stands at sector 1. */
  readonly primary: Bytes
  /** Entry array and header; ends with the last sector. */
  readonly backup: Bytes
  readonly backupFirstSector: number
  readonly firstUsableSector: number
  readonly lastUsableSector: number
  /** The partitions with their defaults filled in. */
  readonly partitions: readonly GptEntry[]
}

/** The sectors, at both ends of a disk, that a table with so many entries takes from the partitions. */
export const gptSectors = (entries = 128): number =>
  1 + Math.ceil(Math.max(entries * ENTRY_SIZE, ENTRY_ARRAY_MINIMUM) / SECTOR_SIZE)

/** Both copies of a GUID partition table (UEFI 2.10 5.3). Throws {@link DiskError}, for example `DISK_OVERLAP`. */
export function planGpt({ diskId, sectors, partitions: wanted, entries = 128 }: GptPlan): PlannedGpt {
  if (!Number.isInteger(entries) || entries < 1 || entries > MAXIMUM_ENTRIES || wanted.length > entries)
    throw new DiskError(
      'DISK_TOO_MANY',
      'GPT entry array',
      `${wanted.length} partitions in ${entries} entries; expected at most as many partitions as entries, and 1 to ${MAXIMUM_ENTRIES} entries`,
    )
  const reserved = gptSectors(entries)
  const firstUsableSector = 1 + reserved
  const lastUsableSector = sectors - 1 - reserved
  if (!Number.isSafeInteger(sectors * SECTOR_SIZE) || lastUsableSector < firstUsableSector)
    throw new DiskError(
      'DISK_OUTSIDE',
      'primary GPT header',
      `the disk has ${sectors} sectors; expected more than ${2 * reserved + 1}`,
    )
  const partitions = wanted.map((partition, index) => ({
    ...partition,
    attributes: partition.attributes ?? 0n,
    id: partition.id ?? guidFrom(`${diskId}${index}`),
  }))
  checkPartitions(partitions, firstUsableSector, lastUsableSector)

  const array = Buffer.alloc((reserved - 1) * SECTOR_SIZE)
  partitions.forEach((partition, index) => {
    array.set(encodeGptEntry(partition), index * ENTRY_SIZE)
  })
  const common = { firstUsableSector, lastUsableSector, diskId, entries, entrySize: ENTRY_SIZE }
  const entriesChecksum = crc32(array.subarray(0, entries * ENTRY_SIZE))
  const lastSector = sectors - 1
  const backupFirstSector = lastUsableSector + 1
  const primary: GptHeader = { ...common, entriesChecksum, ownSector: 1, otherSector: lastSector, entriesSector: 2 }
  const backup: GptHeader = {
    ...common,
    entriesChecksum,
    ownSector: lastSector,
    otherSector: 1,
    entriesSector: backupFirstSector,
  }
  return {
    primary: fromMemory(Buffer.concat([encodeGptHeader(primary), array])),
    backup: fromMemory(Buffer.concat([array, encodeGptHeader(backup)])),
    backupFirstSector,
    firstUsableSector,
    lastUsableSector,
    partitions,
  }
}

/** Throws unless every partition lies between `first` and `last` and none overlaps another. */
export function checkPartitions(
  partitions: readonly GptPartition[],
  first: number,
  last: number,
  offset?: number,
): void {
  for (const { name, firstSector, lastSector } of partitions) {
    if (name.length > NAME_LENGTH)
      throw new DiskError(
        'DISK_NAME',
        'GPT entry',
        `the name "${name}" has ${name.length} UTF-16 code units; expected at most ${NAME_LENGTH}`,
        offset,
      )
    const isInside =
      Number.isSafeInteger(firstSector) &&
      Number.isSafeInteger(lastSector) &&
      firstSector >= first &&
      firstSector <= lastSector &&
      lastSector <= last
    if (!isInside)
      throw new DiskError(
        'DISK_OUTSIDE',
        'GPT entry',
        `"${name}" has sectors ${firstSector} to ${lastSector}; expected sectors from ${first} to ${last}`,
        offset,
      )
  }
  const inOrder = [...partitions].sort((a, b) => a.firstSector - b.firstSector)
  inOrder.forEach((partition, index) => {
    const before = inOrder[index - 1]
    if (before && before.lastSector >= partition.firstSector)
      throw new DiskError(
        'DISK_OVERLAP',
        'GPT entry',
        `"${partition.name}" begins at sector ${partition.firstSector}, but "${before.name}" ends at sector ${before.lastSector}`,
        offset,
      )
  })
}
