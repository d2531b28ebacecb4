import { existsSync } from 'node:fs'
import { open, readdir, readFile, realpath } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import type { BlockDevice } from '../storage.ts'

/** A `size` in `/sys/class/block` counts sectors of 512 bytes, regardless of the device (Linux, Documentation/ABI/stable/sysfs-block). */
const SECTOR = 512
/** Devices in memory or on other devices. */
const VIRTUAL = /^(loop|ram|zram|fd|dm-|md|nbd)\d/

/** Disks, drives and partitions, sorted by name. `sys` is `/sys/class/block`. */
export async function listDevices(sys: string): Promise<readonly BlockDevice[]> {
  const names = await readdir(sys).catch(() => [])
  const devices = await Promise.all(names.filter(name => !VIRTUAL.test(name)).map(name => describe(sys, name)))
  return devices.filter(device => device.size > 0).sort((a, b) => (a.path < b.path ? -1 : 1))
}

async function describe(sys: string, name: string): Promise<BlockDevice> {
  const value = async (file: string): Promise<string> =>
    (await readFile(join(sys, name, file), 'utf8').catch(() => '')).trim()
  const path = devicePath(name)
  return {
    path,
    size: Number(await value('size')) * SECTOR,
    generation: (await value('diskseq')) || 'unknown',
    disk: await diskOf(sys, path),
  }
}

/** The disk of a partition; a disk returns itself. In sysfs, a partition is in the folder of its disk. */
export async function diskOf(sys: string, device: string): Promise<string> {
  const folder = join(sys, sysName(device))
  if (!existsSync(join(folder, 'partition'))) return device
  return devicePath(basename(dirname(await realpath(folder))))
}

/** Logical sector size of a disk, in bytes. */
export const sectorSize = async (sys: string, disk: string): Promise<number> =>
  Number(await readFile(join(sys, sysName(disk), 'queue/logical_block_size'), 'utf8').catch(() => SECTOR))

/** In sysfs a device whose name has a slash (cciss/c0d0) is written with an exclamation mark. */
export const sysName = (device: string): string => device.slice('/dev/'.length).replaceAll('/', '!')
const devicePath = (name: string): string => `/dev/${name.replaceAll('!', '/')}`

export async function readHead(path: string, length: number): Promise<Uint8Array> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}
