import { cp, mkdir, rm } from 'node:fs/promises'
import { AgentError } from '../errors.ts'
import type { Storage } from '../medium/storage.ts'
import type { Programs } from '../programs.ts'
import { listDevices, readHead } from './devices.ts'
import { pathWithin, readFileWithin } from './medium-file.ts'

/** Nothing on a medium is a device or gives rights. Names on FAT are read as UTF-8. */
const OPTIONS = { iso9660: '', udf: '', vfat: ',utf8', exfat: '', ext4: ',noload' } as const

export interface LinuxStorageOptions {
  readonly programs: Programs
  /** Where the medium is mounted. */
  readonly mountPoint: string
  /** `/sys/class/block`. */
  readonly sys: string
}

/** The target's storage, by the kernel's list of devices and the command `mount`. */
export const linuxStorage = ({ programs, mountPoint, sys }: LinuxStorageOptions): Storage => ({
  devices: () => listDevices(sys),
  head: (device, length) => readHead(device.path, length),
  async mount(device, fileSystem) {
    await mkdir(mountPoint, { recursive: true })
    const options = `ro,nosuid,nodev${OPTIONS[fileSystem]}`
    const { exitCode, output } = await programs.run('mount', ['-t', fileSystem, '-o', options, device.path, mountPoint])
    if (exitCode !== 0) throw new AgentError('MOUNT_FAILED', output.trim() || `mount ended with exit code ${exitCode}`)
  },
  async unmount() {
    await programs.run('umount', [mountPoint])
  },
  read: (path, limit) => readFileWithin(mountPoint, path, limit),
  async copyFolder(path, to) {
    await rm(to, { recursive: true, force: true })
    await mkdir(to, { recursive: true })
    const folder = await pathWithin(mountPoint, path)
    if (folder) await cp(folder, to, { recursive: true, verbatimSymlinks: true })
  },
})
