import { access, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { AgentError } from '../errors.ts'
import { readFileWithin } from '../mounted-files.ts'
import type { Programs } from '../programs.ts'
import type { BlockDevice } from '../storage.ts'
import type { FoundVolume, Identity, System } from '../system.ts'
import type { BootPartition } from './boot-entry.ts'
import { bootOrder } from './boot-order.ts'
import { diskOf, listDevices, sectorSize, sysName } from './devices.ts'
import { readIdentity } from './identity.ts'
import { loadKernel } from './load-kernel.ts'
import { DHCP_SCRIPT, linuxNetwork, localAddresses } from './network.ts'
import { copyRuntime, SERVICE, serviceFile } from './runtime.ts'
import { openVirtualFolder, type VirtualFolder } from './virtual-files.ts'

export interface LinuxSystemOptions {
  readonly programs: Programs
  /** Folder of the mount points. */
  readonly mountFolder: string
  /** `/sys`. */
  readonly sys: string
  readonly program: string
}

/** Names (blkid) of file systems that can contain the state of a sequence. */
const WRITABLE = new Set(['ext4', 'ext3', 'ext2', 'xfs', 'btrfs', 'ntfs', 'vfat', 'exfat'])
/** UEFI 2.10 5.3.3: the type of an EFI system partition. */
const EFI_PARTITION = 'c12a7328-f81f-11d2-ba4b-00a0c93ec93b'
/** Bytes: the marker is a small JSON document. */
const MARKER_LIMIT = 64 * 1024

export function linuxSystem({ programs, mountFolder, sys, program }: LinuxSystemOptions): System {
  const mounted = new Map<string, string>()
  let virtual: Promise<VirtualFolder> | undefined

  const blkid = async (device: string, name: string): Promise<string> =>
    (await programs.run('blkid', ['-p', '-s', name, '-o', 'value', device])).output.trim()
  const deviceOf = async (volume: string): Promise<string> => {
    if (volume.startsWith('/')) return volume
    const device = (await programs.run('blkid', ['-l', '-o', 'device', '-t', volume])).output.trim()
    if (device.startsWith('/')) return device
    throw new AgentError('MOUNT_FAILED', `no partition of this computer matches ${volume}`)
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
    const { exitCode } = await programs.run('umount', [at])
    if (exitCode === 0) return
    // Still in use: everything is written now, and the volume is unmounted when its user ends.
    await programs.run('sync', [])
    await programs.run('umount', ['-l', at])
  }
  const network = linuxNetwork({
    programs,
    sys: join(sys, 'class/net'),
    resolver: '/etc/resolv.conf',
    script: DHCP_SCRIPT,
    addresses: localAddresses,
  })
  const block = join(sys, 'class/block')
  /** Devices other than the disk of the medium, without disc drives. */
  const others = async (medium: string | undefined): Promise<readonly BlockDevice[]> => {
    const own = medium && (await diskOf(block, medium))
    return (await listDevices(block)).filter(({ path, disk }) => disk !== own && !/^\/dev\/sr\d/.test(path))
  }

  return {
    identity: (): Promise<Identity> => readIdentity(join(sys, 'class/dmi/id'), totalmem()),
    // Windows only.
    windowsFacts: { fileVersion: async () => undefined, registry: async () => undefined, wmi: async () => 0 },
    async disks(medium) {
      const isSet = async (path: string, file: string): Promise<boolean> =>
        (await readFile(join(block, sysName(path), file), 'utf8').catch(() => '')).trim() === '1'
      const disks = []
      for (const { path, size, disk } of await others(medium))
        if (path === disk && !(await isSet(path, 'ro')))
          disks.push({ number: disks.length, path, size, isRemovable: await isSet(path, 'removable') })
      return disks
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
    async setClock(time) {
      await programs.run('date', ['-u', '-s', `@${Math.floor(time.getTime() / 1000)}`])
      // For the next start. Fails on a computer without a hardware clock.
      await programs.run('hwclock', ['-u', '-w'])
    },
    useNetwork: network.use,
    connect: network.connect,
    async present(file) {
      virtual ??= openVirtualFolder(join(mountFolder, 'virtual'))
      return (await virtual).add(file)
    },
    async unmountAll() {
      await (await virtual)?.close()
      virtual = undefined
      for (const device of [...mounted.keys()].reverse()) await unmount(device)
    },
    async flush() {
      await programs.run('sync', [])
    },
    async unmountDisk(path) {
      for (const device of [...mounted.keys()]) if ((await diskOf(block, device)) === path) await unmount(device)
    },
    isVolumeOnDisk: async (volume, disk) => (await diskOf(block, await deviceOf(volume))) === disk,
    async searchVolumes(path, medium) {
      const found: FoundVolume[] = []
      for (const { path: device } of await others(medium)) {
        if (!WRITABLE.has(await blkid(device, 'TYPE'))) continue
        const content = await peek(device, path).catch(() => undefined)
        if (content === undefined) continue
        const uuid = await blkid(device, 'PART_ENTRY_UUID')
        found.push({ volume: uuid === '' ? device : `PARTUUID=${uuid}`, content })
      }
      return found
    },
    async installRuntime(root, folder) {
      await access(join(root, 'etc/systemd')).catch(() => {
        throw new AgentError(
          'SYSTEM_MISSING',
          'the installed system has no /etc/systemd; expected a Linux with systemd, or Windows from a Windows PE boot image. Remove the step setupOperatingSystem',
        )
      })
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
      const firmware = bootOrder(join(sys, 'firmware/efi'))
      if (firmware) {
        if (into === 'bootImage') await firmware.startSame()
        else
          await firmware.startFrom(volume === undefined ? undefined : await bootPartitionBeside(await deviceOf(volume)))
        return
      }
      if (into !== 'installedSystem' || volume === undefined) return
      await loadKernel(programs, await this.mount(volume))
      await this.unmount(volume)
    },
  }

  /** The EFI system partition on the disk of a volume. Undefined when there is none, or the disk is not GPT. */
  async function bootPartitionBeside(device: string): Promise<BootPartition | undefined> {
    const disk = await diskOf(block, device)
    for (const each of await listDevices(block)) {
      if (each.disk !== disk || (await blkid(each.path, 'PART_ENTRY_TYPE')).toLowerCase() !== EFI_PARTITION) continue
      const entry = async (name: string): Promise<string> => await blkid(each.path, `PART_ENTRY_${name}`)
      // blkid counts sectors of 512 bytes.
      const sectors = 512 / (await sectorSize(block, disk))
      return {
        number: Number(await entry('NUMBER')),
        start: Number(await entry('OFFSET')) * sectors,
        size: Number(await entry('SIZE')) * sectors,
        guid: (await entry('UUID')).toLowerCase(),
      }
    }
    return undefined
  }

  /** Reads a file of a volume that may not be mounted. The journal is replayed, so that the latest data is seen. */
  async function peek(device: string, path: string): Promise<Uint8Array | undefined> {
    const known = mounted.get(device)
    if (known !== undefined) return await readFileWithin(known, path, MARKER_LIMIT)
    const at = join(mountFolder, `search-${basename(device)}`)
    await mountDevice(device, at, 'ro')
    try {
      return await readFileWithin(at, path, MARKER_LIMIT)
    } finally {
      await programs.run('umount', [at])
    }
  }
}
