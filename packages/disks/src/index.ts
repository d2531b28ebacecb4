export type { Disk, Partition, Use } from './disk.ts'
export { DiskNotFoundError, findDisk } from './find-disk.ts'
export { type LinuxRoots, linuxDisks } from './linux.ts'
export { type Reason, type ReasonCode, reasonsAgainst } from './reasons.ts'
