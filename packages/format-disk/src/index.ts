export { DiskError, type DiskErrorCode, type DiskStructure } from './error.ts'
export type { GptEntry, GptPartition } from './gpt-entry.ts'
export { decodeGuid, encodeGuid, guidFrom, NIL_GUID } from './guid.ts'
export {
  decodeMbr,
  encodeMbr,
  MBR_CODE_SIZE,
  type Mbr,
  type MbrPartition,
  type MbrPlan,
  protectivePartition,
} from './mbr.ts'
export {
  BASIC_DATA_PARTITION,
  BIOS_BOOT_PARTITION,
  EFI_SYSTEM_PARTITION,
  LINUX_FILESYSTEM,
  MBR_TYPE,
  MICROSOFT_RESERVED_PARTITION,
  WINDOWS_RECOVERY_PARTITION,
} from './partition-types.ts'
export { type GptDiskPlan, planGptDisk } from './plan-disk.ts'
export { type GptPlan, gptSectors, type PlannedGpt, planGpt } from './plan-gpt.ts'
export { planQcow2 } from './plan-qcow2.ts'
export { type Gpt, readGpt } from './read-gpt.ts'
export { readQcow2 } from './read-qcow2.ts'
export { SECTOR_SIZE } from './sector.ts'
