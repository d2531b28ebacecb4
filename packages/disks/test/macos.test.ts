import test from 'ava'
import { macosDisks, reasonsAgainst } from '../src/index.ts'

const stick = {
  DeviceIdentifier: 'disk4',
  Size: 32e9,
  Content: 'FDisk_partition_scheme',
  Partitions: [{ DeviceIdentifier: 'disk4s1', Size: 31e9, Content: 'Windows_FAT_32' }],
}
const internal = {
  DeviceIdentifier: 'disk0',
  Size: 500e9,
  Partitions: [{ DeviceIdentifier: 'disk0s2', Size: 499e9, Content: 'Apple_APFS' }],
}
const container = {
  DeviceIdentifier: 'disk3',
  Size: 499e9,
  APFSPhysicalStores: [{ DeviceIdentifier: 'disk0s2' }],
  APFSVolumes: [{ DeviceIdentifier: 'disk3s1', Size: 1, MountPoint: '/' }],
}
const FACTS: Readonly<Record<string, object>> = {
  disk4: {
    MediaName: 'Ultra USB 3.0',
    BusProtocol: 'USB',
    RemovableMediaOrExternalDevice: true,
    WritableMedia: true,
    VirtualOrPhysical: 'Physical',
  },
  disk4s1: { PartitionMapPartitionOffset: 1048576 },
  disk0: { MediaName: 'APPLE SSD', BusProtocol: 'Apple Fabric', WritableMedia: true },
}
const disksOf = (AllDisksAndPartitions: readonly object[]) =>
  macosDisks(async (file, [option, pipe]) => {
    const [, words] = /^diskutil (.*) \| plutil -convert json -o - -$/.exec(pipe!)!
    const [command, plist, name] = words!.replaceAll("'", '').split(' ')
    if (file !== '/bin/sh' || option !== '-c' || plist !== '-plist') throw new Error(`not expected: ${pipe}`)
    return JSON.stringify(command === 'list' ? { AllDisksAndPartitions } : (FACTS[name!] ?? {}))
  })

test('a stick that nobody uses: what it is, and nothing against it', async t => {
  const [disk] = await disksOf([stick])
  t.like(disk, { path: '/dev/disk4', model: 'Ultra USB 3.0', serial: '', size: 32e9, transport: 'usb' })
  t.true(disk!.isRemovable)
  t.deepEqual(disk!.partitions, [{ path: '/dev/disk4s1', offset: 1048576, size: 31e9, content: 'Windows_FAT_32' }])
  t.deepEqual(reasonsAgainst(disk!), [])
})
test('what is mounted speaks against it, also from a container that is on it', async t => {
  const mounted = { ...stick, Partitions: [{ ...stick.Partitions[0], MountPoint: '/Volumes/STICK' }] }
  const disks = await disksOf([internal, container, mounted])
  t.deepEqual(
    disks.map(disk => [disk.path, ...reasonsAgainst(disk).map(({ code }) => code)]),
    [
      ['/dev/disk0', 'SYSTEM_DISK'],
      ['/dev/disk4', 'MOUNTED'],
    ],
  )
  t.regex(reasonsAgainst(disks[1]!)[0]!.message, /unmount it: diskutil unmountDisk \/dev\/disk4$/)
})
