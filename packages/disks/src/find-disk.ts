import { realpath } from 'node:fs/promises'
import type { Disk } from './disk.ts'

/** There is no such disk; what there is instead is in the message. */
export class DiskNotFoundError extends Error {
  readonly code = 'DISK_NOT_FOUND'
}

/** The disk at a path, also by a link like those in /dev/disk/by-id. A partition is none. Throws {@link DiskNotFoundError}. */
export async function findDisk(path: string, disks: readonly Disk[]): Promise<Disk> {
  const real = await realpath(path).catch(() => path)
  const found = disks.find(disk => disk.path === real)
  if (found) return found
  const whole = disks.find(({ partitions }) => partitions.some(partition => partition.path === real))
  if (whole)
    throw new DiskNotFoundError(
      `${path} is a partition of ${whole.path}; a medium occupies a whole disk; use ${whole.path}`,
    )
  const list = disks.map(
    ({ path: known, model, size }) =>
      `${known} (${[model, `${(size / 1e9).toFixed(1)} GB`].filter(Boolean).join(', ')})`,
  )
  throw new DiskNotFoundError(`disk ${path} not found; disks: ${list.join(', ') || 'none'}`)
}
