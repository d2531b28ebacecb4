import { mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { AgentError } from '../errors.ts'
import { readFileWithin } from '../medium/mounted-files.ts'
import type { Programs } from '../programs.ts'
import type { FoundVolume, Identity, System } from '../system.ts'
import { setBootNext } from './boot-order.ts'
import { diskOf, listDevices } from './devices.ts'
import { readIdentity } from './identity.ts'
import { loadKernel } from './load-kernel.ts'
import { copyRuntime, SERVICE, serviceFile } from './runtime.ts'

export interface LinuxSystemOptions {
  readonly programs: Programs
  /** Folder of the mount points. */
  readonly mountFolder: string
  /** `/sys`. */
  readonly sys: string
  readonly program: string
}

/** File systems that a sequence can leave its state on, as blkid names them. */
const WRITABLE = new Set(['ext4', 'ext3', 'ext2', 'xfs', 'btrfs', 'ntfs', 'vfat', 'exfat'])
/** Bytes: a small document. */
const MARKER_LIMIT = 64 * 1024

export function linuxSystem({ programs, mountFolder, sys, program }: LinuxSystemOptions): System {
  const mounted = new Map<string, string>()

  const blkid = async (device: string, name: string): Promise<string> =>
    (await programs.run('blkid', ['-p', '-s', name, '-o', 'value', device])).output.trim()
  const deviceOf = async (volume: string): Promise<string> => {
    if (volume.startsWith('/')) return volume
    const device = (await programs.run('blkid', ['-l', '-o', 'device', '-t', volume])).output.trim()
    if (device.startsWith('/')) return device
    throw new AgentError('MOUNT_FAILED', `no partition of this computer is ${volume}`)
  }
  const mountDevice = async (device: string, at: string, options: string): Promise<void> => {
    const type = await blkid(device, 'TYPE')
    await mkdir(at, { recursive: true })
    const [command, ...args] = type === 'ntfs' ? ['ntfs-3g'] : ['mount', '-t', type || 'auto']
    const { exitCode, output } = await programs.run(command!, [...args, '-o', options, device, at])
    if (exitCode !== 0)
      throw new AgentError('MOUNT_FAILED', output.trim() || `${device} cannot be mounted: exit code ${exitCode}`)
  }
  const unmount = async (device: string): Promise<void> => {
    const at = mounted.get(device)
    if (at === undefined) return
    mounted.delete(device)
    await programs.run('sync', [])
    const { exitCode, output } = await programs.run('umount', [at])
    if (exitCode !== 0) await programs.run('umount', ['-l', at])
    if (exitCode !== 0 && output.trim() !== '') mounted.delete(device)
  }

  return {
    identity: (): Promise<Identity> => readIdentity(join(sys, 'class/dmi/id'), totalmem()),
    async disks(medium) {
      const folder = join(sys, 'class/block')
      const value = async (name: string, file: string): Promise<string> =>
        (await readFile(join(folder, name, file), 'utf8').catch(() => '')).trim()
      const devices = await listDevices(folder)
      const own = medium && (await diskOf(folder, medium))
      const disks = []
      for (const { path, size } of devices) {
        const name = path.slice('/dev/'.length).replaceAll('/', '!')
        const isDisk = (await value(name, 'partition')) === '' && !/^sr\d/.test(name)
        if (!isDisk || path === own || (await value(name, 'ro')) === '1') continue
        disks.push({ path, size, isRemovable: (await value(name, 'removable')) === '1' })
      }
      return disks.map((disk, number) => ({ number, ...disk }))
    },
    deviceOf,
    async mount(volume) {
      const device = await deviceOf(volume)
      const known = mounted.get(device)
      if (known !== undefined) return known
      const at = join(mountFolder, `writable-${basename(device)}`)
      await mountDevice(device, at, 'rw')
      mounted.set(device, at)
      return at
    },
    async unmount(volume) {
      await unmount(await deviceOf(volume))
    },
    async unmountAll() {
      for (const device of [...mounted.keys()].reverse()) await unmount(device)
    },
    async flush() {
      await programs.run('sync', [])
    },
    async unmountDisk(path) {
      for (const device of [...mounted.keys()])
        if ((await diskOf(join(sys, 'class/block'), device)) === path) await unmount(device)
    },
    isOn: async (volume, disk) => (await diskOf(join(sys, 'class/block'), await deviceOf(volume))) === disk,
    async searchVolumes(path, medium) {
      const folder = join(sys, 'class/block')
      const own = medium && (await diskOf(folder, medium))
      const found: FoundVolume[] = []
      for (const { path: device } of await listDevices(folder)) {
        if ((await diskOf(folder, device)) === own || /^\/dev\/sr\d/.test(device)) continue
        if (!WRITABLE.has(await blkid(device, 'TYPE'))) continue
        const content = await peek(device, path).catch(() => undefined)
        if (content === undefined) continue
        const uuid = await blkid(device, 'PART_ENTRY_UUID')
        found.push({ volume: uuid === '' ? device : `PARTUUID=${uuid}`, content })
      }
      return found
    },
    async installRuntime(root, folder) {
      await copyRuntime({ programs, program, folder })
      const unit = join(root, 'etc/systemd/system', SERVICE)
      await mkdir(join(dirname(unit), 'multi-user.target.wants'), { recursive: true })
      await writeFile(unit, serviceFile(`/${folder.slice(root.length).replace(/^\/+/, '')}`))
      await symlink(`../${SERVICE}`, join(dirname(unit), 'multi-user.target.wants', SERVICE)).catch(
        (error: NodeJS.ErrnoException) => {
          if (error.code !== 'EEXIST') throw error
        },
      )
    },
    async removeRuntime(folder) {
      await rm(join('/etc/systemd/system/multi-user.target.wants', SERVICE), { force: true })
      await rm(join('/etc/systemd/system', SERVICE), { force: true })
      await rm(folder, { recursive: true, force: true })
    },
    async startNext(into, volume) {
      if (await setBootNext(join(sys, 'firmware/efi'), into)) return
      if (into !== 'installedSystem' || volume === undefined) return
      await loadKernel(programs, await this.mount(volume))
      await this.unmount(volume)
    },
  }

  /** A file on a volume that is not mounted; its journal is read when there is one, so that what was written last is seen. */
  async function peek(device: string, path: string): Promise<Uint8Array | undefined> {
    const known = mounted.get(device)
    if (known !== undefined) return await readFileWithin(known, path, MARKER_LIMIT)
    const at = join(mountFolder, `looked-${basename(device)}`)
    await mountDevice(device, at, 'ro')
    try {
      return await readFileWithin(at, path, MARKER_LIMIT)
    } finally {
      await programs.run('umount', [at])
    }
  }
}
