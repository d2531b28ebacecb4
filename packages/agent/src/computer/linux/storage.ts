import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { AgentError } from '../errors.ts'
import { mountedFiles } from '../mounted-files.ts'
import type { Programs } from '../programs.ts'
import type { FileSystem, Storage } from '../storage.ts'
import { listDevices, readHead } from './devices.ts'

/** Mount options: media contain no devices and no setuid programs. Names on FAT are read as UTF-8. */
const OPTIONS = { iso9660: '', udf: '', vfat: ',utf8', exfat: '', ntfs: '', ext4: ',noload' } as const
/** NTFS is mounted by ntfs-3g: not every kernel has a driver. */
const mountCommand = (fileSystem: FileSystem): readonly [command: string, ...args: string[]] =>
  fileSystem === 'ntfs' ? ['ntfs-3g'] : ['mount', '-t', fileSystem]

export interface LinuxStorageOptions {
  readonly programs: Programs
  /** Folder of the mount points, which are named after the devices. */
  readonly mountFolder: string
  /** `/sys/class/block`. */
  readonly sys: string
}

/** Storage from the kernel's list of devices and the command `mount`. */
export const linuxStorage = ({ programs, mountFolder, sys }: LinuxStorageOptions): Storage => ({
  devices: () => listDevices(sys),
  head: (device, length) => readHead(device.path, length),
  async mount(device, fileSystem) {
    const mountPoint = join(mountFolder, basename(device.path))
    await mkdir(mountPoint, { recursive: true })
    const options = `ro,nosuid,nodev${OPTIONS[fileSystem]}`
    const [command, ...args] = mountCommand(fileSystem)
    const { exitCode, output } = await programs.run(command, [...args, '-o', options, device.path, mountPoint])
    if (exitCode !== 0)
      throw new AgentError('MOUNT_FAILED', output.trim() || `${command} ended with exit code ${exitCode}`)
    return {
      ...mountedFiles(mountPoint),
      async unmount() {
        await programs.run('umount', [mountPoint])
      },
    }
  },
})
