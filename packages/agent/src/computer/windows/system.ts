import { open, stat } from 'node:fs/promises'
import { networkInterfaces, totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ComputerDisk } from '@bootwright/api'
import type { NetworkAdapter } from '@bootwright/medium-format/adapters'
import { AgentError, messageOf } from '../errors.ts'
import { readFileWithin } from '../mounted-files.ts'
import { networkAddresses } from '../network/addresses.ts'
import type { Programs } from '../programs.ts'
import type { FoundVolume, Identity, System } from '../system.ts'
import { listDisks } from './disks.ts'
import { setAdapters } from './network.ts'
import { powershell, quoted, wmi } from './powershell.ts'
import { registryValue } from './registry.ts'
import { copyRuntime, removeRuntime } from './runtime.ts'
import { parseVolumes } from './volumes.ts'

export interface WindowsSystemOptions {
  readonly programs: Programs
  /** A folder for scripts of diskpart. */
  readonly folder: string
  /** Files of the agent and its runtime. */
  readonly program: string
  readonly runtime: string
  /** `C:\`, of an installed Windows. */
  readonly root: string
}

const BIOS = 'HKLM\\HARDWARE\\DESCRIPTION\\System\\BIOS'
/** Bytes: the marker is a small JSON document. */
const MARKER_LIMIT = 64 * 1024
/** How long to wait for an address. */
const NETWORK_SECONDS = 30
const DISK = '\\\\.\\PhysicalDrive'

export function windowsSystem({ programs, folder, program, runtime, root }: WindowsSystemOptions): System {
  const mounted = new Set<string>()
  let adapters: readonly NetworkAdapter[] = []
  /** Exact disk sizes from WMI; empty without WMI, where diskpart rounds them. */
  const sizes = async (): Promise<ReadonlyMap<number, { readonly size: number; readonly isRemovable: boolean }>> => {
    const rows = await wmi(programs, 'SELECT Index, Size, MediaType FROM Win32_DiskDrive').catch(() => [])
    return new Map(
      rows.map(({ Index, Size, MediaType }) => [
        Number(Index),
        { size: Number(Size), isRemovable: /removable/i.test(String(MediaType)) },
      ]),
    )
  }
  const diskOf = async (volume: string): Promise<number | undefined> =>
    (await listDisks(programs, folder, volume)).find(({ isSelected }) => isSelected)?.number

  return {
    identity: () => identity(programs),
    windowsFacts: {
      async fileVersion(path) {
        const text = await powershell(programs, `(Get-Item -LiteralPath ${quoted(path)}).VersionInfo.FileVersionRaw`)
        return text === '' ? undefined : text
      },
      registry: (key, value) => registryValue(programs, key, value),
      wmi: async (query, namespace) => (await wmi(programs, query, namespace)).length,
    },
    async disks(medium) {
      const known = await sizes()
      const listed = await listDisks(programs, folder, medium)
      return listed
        .filter(({ isSelected }) => !isSelected)
        .map(
          ({ number, size }): ComputerDisk => ({
            number,
            path: `${DISK}${number}`,
            size: known.get(number)?.size ?? size,
            isRemovable: known.get(number)?.isRemovable ?? false,
          }),
        )
    },
    deviceOf: async volume => volume,
    async mount(volume) {
      const at = `${volume.replace(/\\$/, '')}\\`
      await stat(at).catch(error => {
        throw new AgentError('MOUNT_FAILED', `the volume ${volume} is missing: ${messageOf(error)}`)
      })
      mounted.add(volume)
      return at
    },
    // Windows mounts volumes itself; only written data is flushed.
    unmount: flushVolume,
    async setClock(time) {
      await powershell(programs, `Set-Date -Date ${quoted(time.toISOString())}`)
    },
    useNetwork(settings) {
      adapters = settings.adapters
    },
    async connect() {
      if (adapters.length > 0) await setAdapters(programs, adapters, networkInterfaces())
      adapters = []
      // Windows PE has started DHCP itself.
      for (let waited = 0; waited < NETWORK_SECONDS; waited += 1) {
        if (networkAddresses(networkInterfaces()).ipAddresses.length > 0) return
        await sleep(1000)
      }
      throw new AgentError(
        'NETWORK_MISSING',
        'no network was reached; check the cable, the network driver in the boot image, and the DHCP server',
      )
    },
    present: async () => undefined,
    async unmountAll() {
      for (const volume of mounted) await flushVolume(volume)
    },
    async flush() {
      for (const volume of mounted) await flushVolume(volume)
    },
    async unmountDisk(path) {
      for (const volume of mounted) if (`${DISK}${await diskOf(volume)}` === path) mounted.delete(volume)
    },
    isVolumeOnDisk: async (volume, disk) => `${DISK}${await diskOf(volume)}` === disk,
    async searchVolumes(path, medium) {
      const found: FoundVolume[] = []
      for (const { name, mountPoints } of parseVolumes((await programs.run('mountvol', [])).output)) {
        const at = mountPoints[0] ?? name
        if (at === medium) continue
        const content = await readFileWithin(at, path, MARKER_LIMIT).catch(() => undefined)
        if (content) found.push({ volume: at.replace(/\\$/, ''), content })
      }
      return found
    },
    installRuntime: (to, at) => copyRuntime({ program, runtime, root: to, folder: at }),
    removeRuntime: at => removeRuntime(programs.run, root, at),
    async startNext(into) {
      // Firmware starts the medium again while it is inserted; for the installed system, bcdboot has put Windows first.
      if (into === 'bootImage' && !/^X:/i.test(root))
        throw new AgentError(
          'SYSTEM_MISSING',
          'an installed Windows cannot restart into the boot image; move steps that need the boot image before setupOperatingSystem',
        )
    },
  }
}

/** Flushes a volume. A volume without a drive letter, or one that is gone, is skipped: the agent wrote nothing to it. */
async function flushVolume(volume: string): Promise<void> {
  const device = /^[A-Z]:/i.test(volume) ? `\\\\.\\${volume.slice(0, 2)}` : undefined
  if (device === undefined) return
  const file = await open(device, 'r+').catch(() => undefined)
  if (!file) return
  try {
    await file.sync()
  } finally {
    await file.close()
  }
}

/** SMBIOS values: some are in the registry, the rest come from WMI, which not every Windows PE contains. */
async function identity(programs: Programs): Promise<Identity> {
  const firstRow = async (query: string): Promise<Readonly<Record<string, unknown>>> =>
    (await wmi(programs, query).catch(() => []))[0] ?? {}
  const product = await firstRow('SELECT IdentifyingNumber, UUID FROM Win32_ComputerSystemProduct')
  const enclosure = await firstRow('SELECT SMBIOSAssetTag FROM Win32_SystemEnclosure')
  const routes = await wmi(
    programs,
    'SELECT DefaultIPGateway FROM Win32_NetworkAdapterConfiguration WHERE IPEnabled = TRUE',
  ).catch(() => [])
  const text = (value: unknown): string => (typeof value === 'string' ? value.trim() : '')
  return {
    make: (await registryValue(programs, BIOS, 'SystemManufacturer')) ?? '',
    model: (await registryValue(programs, BIOS, 'SystemProductName')) ?? '',
    serialNumber: text(product.IdentifyingNumber),
    assetTag: text(enclosure.SMBIOSAssetTag),
    uuid: text(product.UUID).toUpperCase(),
    memory: Math.floor(totalmem() / 2 ** 20),
    architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
    ...networkAddresses(networkInterfaces()),
    defaultGateways: routes.flatMap(({ DefaultIPGateway: list }) => (Array.isArray(list) ? list.map(String) : [])),
  }
}
