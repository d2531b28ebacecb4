import { cp, mkdir, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { AgentError } from '../errors.ts'
import type { Storage } from '../medium/storage.ts'
import type { Programs } from '../programs.ts'
import { listDevices, readHead } from './devices.ts'

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
  async read(path) {
    try {
      return await readFile(join(mountPoint, path))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
      throw error
    }
  },
  async copyFolder(path, to) {
    await rm(to, { recursive: true, force: true })
    await mkdir(to, { recursive: true })
    await cp(join(mountPoint, path), to, { recursive: true, verbatimSymlinks: true }).catch(error => {
      if (error.code !== 'ENOENT') throw error
    })
  },
})
