import { type Bytes, fromMemory, overlay, zeros } from '@bootwright/bytes'
import { DiskError } from './error.ts'
import { encodeMbr, type MbrPlan, protectivePartition } from './mbr.ts'
import { type GptPlan, planGpt } from './plan-gpt.ts'
import { SECTOR_SIZE } from './sector.ts'

export interface GptDiskPlan extends GptPlan {
  /** What stands in the partitions, in their order; a shorter content leaves zeros behind it, none leaves only zeros. */
  readonly contents: readonly (Bytes | undefined)[]
  /** Boot code and disk signature; the partitions default to one protective entry. */
  readonly mbr?: Partial<MbrPlan> | undefined
}

/** A whole disk: protective MBR, both tables and the content of the partitions. Throws {@link DiskError}. */
export function planGptDisk({ contents, mbr, ...plan }: GptDiskPlan): Bytes {
  const gpt = planGpt(plan)
  const parts = gpt.partitions.flatMap(({ name, firstSector, lastSector }, index) => {
    const bytes = contents[index]
    const space = (lastSector - firstSector + 1) * SECTOR_SIZE
    if (bytes && bytes.size > space)
      throw new DiskError(
        'DISK_OUTSIDE',
        'GPT entry',
        `the content of "${name}" has ${bytes.size} bytes; expected at most ${space}`,
      )
    return bytes ? [{ offset: firstSector * SECTOR_SIZE, bytes }] : []
  })
  const sector = encodeMbr({ partitions: [protectivePartition(plan.sectors)], ...mbr })
  return overlay(zeros(plan.sectors * SECTOR_SIZE), [
    { offset: 0, bytes: fromMemory(sector) },
    { offset: SECTOR_SIZE, bytes: gpt.primary },
    ...parts,
    { offset: gpt.backupFirstSector * SECTOR_SIZE, bytes: gpt.backup },
  ])
}
