import type { Disk, Use } from './disk.ts'
import { plain } from './plain.ts'
import { type RunProgram, runProgram } from './run.ts'

/** One entry of `diskutil list`: a disk, its partitions, and the volumes of an APFS container. */
interface Listed {
  readonly DeviceIdentifier: string
  readonly Size: number
  readonly Content?: string
  readonly MountPoint?: string
  readonly Partitions?: readonly Listed[]
  readonly APFSVolumes?: readonly Listed[]
  readonly APFSPhysicalStores?: readonly { readonly DeviceIdentifier: string }[]
}
/** What is used of `diskutil info`. */
interface Info {
  readonly MediaName?: string
  readonly BusProtocol?: string
  readonly DiskUUID?: string
  readonly PartitionMapPartitionOffset?: number
  readonly RemovableMediaOrExternalDevice?: boolean
  readonly VirtualOrPhysical?: string
  readonly WritableMedia?: boolean
}

const TRANSPORTS: Readonly<Record<string, string>> = {
  USB: 'usb',
  'PCI-Express': 'nvme',
  'Apple Fabric': 'nvme',
  SATA: 'sata',
  'Secure Digital': 'mmc',
}
/** Whoever has these mounted runs from there. */
const SYSTEM_FOLDERS = /^\/$|^\/System\/Volumes\//

/** The disks of a Mac, asked of `diskutil`; disks that are made of other disks are uses of those. It tells no serial numbers. */
export async function macosDisks(run: RunProgram = runProgram): Promise<readonly Disk[]> {
  const list = await diskutil<{ readonly AllDisksAndPartitions: readonly Listed[] }>(run, ['list', '-plist'])
  const all = list.AllDisksAndPartitions
  const containers = all.filter(({ APFSPhysicalStores }) => APFSPhysicalStores?.length)
  const info = (name: string): Promise<Info> => diskutil<Info>(run, ['info', '-plist', name])
  const disks = all
    .filter(disk => !containers.includes(disk))
    .map(async disk => {
      const path = `/dev/${disk.DeviceIdentifier}`
      const facts = await info(disk.DeviceIdentifier)
      if (facts.VirtualOrPhysical === 'Virtual' && facts.BusProtocol !== 'Disk Image') return undefined
      const partitions = (disk.Partitions ?? []).map(async partition => ({
        path: `/dev/${partition.DeviceIdentifier}`,
        offset: (await info(partition.DeviceIdentifier)).PartitionMapPartitionOffset ?? 0,
        size: partition.Size,
        content: plain(partition.Content ?? ''),
      }))
      return {
        path,
        model: plain(facts.MediaName ?? ''),
        serial: '',
        size: disk.Size,
        transport: TRANSPORTS[facts.BusProtocol ?? ''] ?? '',
        isRemovable: facts.RemovableMediaOrExternalDevice === true,
        isReadOnly: facts.WritableMedia === false,
        partitions: (await Promise.all(partitions)).sort((a, b) => a.offset - b.offset),
        uses: [disk, ...(disk.Partitions ?? [])].flatMap(part => usesOf(part, path, containers)),
        identity: [path, facts.DiskUUID, disk.Size, facts.MediaName].join(' '),
        unknown: [],
      }
    })
  return (await Promise.all(disks)).filter(disk => disk !== undefined)
}

/** A volume that is mounted from an APFS container uses the partition that the container is on. */
function usesOf({ DeviceIdentifier, MountPoint }: Listed, disk: string, containers: readonly Listed[]): Use[] {
  const inside = containers.filter(({ APFSPhysicalStores }) =>
    APFSPhysicalStores!.some(store => store.DeviceIdentifier === DeviceIdentifier),
  )
  const volumes = inside.flatMap(({ APFSVolumes }) => APFSVolumes ?? []).map(volume => volume.MountPoint)
  return [MountPoint, ...volumes].filter(Boolean).flatMap(at => [
    {
      kind: 'mount' as const,
      device: `/dev/${DeviceIdentifier}`,
      at: plain(at!),
      release: `diskutil unmountDisk ${disk}`,
    },
    ...(SYSTEM_FOLDERS.test(at!) ? [{ kind: 'system' as const, at: plain(at!) }] : []),
  ])
}

/** Its property list, made JSON by the system's own converter. The words are constants and names of devices. */
async function diskutil<T>(run: RunProgram, words: readonly string[]): Promise<T> {
  const pipe = `diskutil ${words.map(word => `'${word}'`).join(' ')} | plutil -convert json -o - -`
  return JSON.parse(await run('/bin/sh', ['-c', pipe]))
}
