import type { FinishedMedium } from '@bootwright/api'
import { type Bytes, fromMemory, overlay, zeros } from '@bootwright/bytes'
import {
  BASIC_DATA_PARTITION,
  EFI_SYSTEM_PARTITION,
  encodeMbr,
  type GptPartition,
  guidFrom,
  MBR_TYPE,
  type MbrPartition,
  planGptDisk,
  protectivePartition,
  SECTOR_SIZE,
} from '@bootwright/format-disk'

/** UEFI 2.10, table 5.8: legacy BIOS bootable. */
const LEGACY_BOOTABLE = 1n << 2n

/**
 * Many a BIOS starts no disk without an active partition, and some UEFI firmware takes an active protective one for no GPT: this one is
 * nothing but active.
 */
const ACTIVE: MbrPartition = { type: MBR_TYPE.empty, isActive: true, firstSector: 0, sectors: 0 }

/** A volume and where it begins, in bytes. */
export interface Placed {
  readonly kind: 'fat' | 'exfat'
  readonly bytes: Bytes
  readonly offset: number
}

const signatureOf = (id: string): number => Number.parseInt(id.slice(0, 8), 16)
const placeOf = ({ offset, bytes }: Placed): { firstSector: number; sectors: number } => ({
  firstSector: offset / SECTOR_SIZE,
  sectors: bytes.size / SECTOR_SIZE,
})

/** Protective MBR, both tables, and the volumes as partitions. `size` is that of the disk. */
export function gptDisk({ id, label, boot }: FinishedMedium, volumes: readonly Placed[], size: number): Bytes {
  const sectors = Math.floor(size / SECTOR_SIZE)
  const stick = boot?.bios?.usb
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

/** A master boot record, and the volumes as its partitions. */
export function mbrDisk({ id, boot }: FinishedMedium, volumes: readonly Placed[], size: number): Bytes {
  const sector = encodeMbr({
    code: boot?.bios?.usb?.mbrCode.mbr,
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
