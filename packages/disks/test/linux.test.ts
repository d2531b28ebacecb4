import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { type Disk, findDisk, linuxDisks, reasonsAgainst } from '../src/index.ts'

/** A computer as its kernel describes it: files below /sys, /proc and /run/udev. */
async function disksOf(
  files: Readonly<Record<string, string>>,
  links: Readonly<Record<string, string>> = {},
): Promise<readonly Disk[]> {
  const root = scratch()
  const all = { 'proc/self/mountinfo': '', 'proc/swaps': 'Filename Type Size Used Priority\n', ...files }
  for (const [path, text] of Object.entries(all)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  for (const [path, target] of Object.entries(links)) {
    mkdirSync(dirname(join(root, path)), { recursive: true })
    symlinkSync(target, join(root, path))
  }
  return await linuxDisks({ sys: join(root, 'sys'), proc: join(root, 'proc'), udev: join(root, 'udev') })
}
const block = (name: string, number: string, sectors: number, more: Readonly<Record<string, string>> = {}) =>
  Object.fromEntries(
    Object.entries({ dev: `${number}\n`, size: `${sectors}\n`, ro: '0\n', removable: '1\n', ...more }).map(
      ([file, text]) => [`sys/block/${name}/${file}`, text],
    ),
  )
const partition = (disk: string, name: string, number: string) => ({
  [`sys/block/${disk}/${name}/dev`]: `${number}\n`,
  [`sys/block/${disk}/${name}/start`]: '2048\n',
  [`sys/block/${disk}/${name}/size`]: '4096\n',
})
const stick = block('sdb', '8:16', 62_500_000, {
  'device/model': 'Ultra\u001b[31m  \n',
  'device/serial': 'AB12\n',
  diskseq: '7\n',
})
const codes = (disk: Disk | undefined): string[] => reasonsAgainst(disk!).map(({ code }) => code)

test('a stick that nobody uses: what it is, and nothing against it', async t => {
  const [disk] = await disksOf({ ...stick, ...partition('sdb', 'sdb1', '8:17'), 'udev/b8:17': 'E:ID_FS_TYPE=vfat\n' })
  t.like(disk, {
    path: '/dev/sdb',
    model: 'Ultra [31m',
    serial: 'AB12',
    size: 32e9,
    isRemovable: true,
    isReadOnly: false,
    uses: [],
  })
  t.deepEqual(disk!.partitions, [{ path: '/dev/sdb1', offset: 1 << 20, size: 2 << 20, content: 'vfat' }])
  t.deepEqual(codes(disk), [])
})
test('what is mounted, swap, or the running system speaks against it', async t => {
  const files = { ...stick, ...partition('sdb', 'sdb1', '8:17') }
  const mountinfo = (line: string) => ({ ...files, 'proc/self/mountinfo': `${line}\n` })
  const [mounted] = await disksOf(mountinfo('36 28 8:17 / /media/my\\040stick rw - vfat /dev/sdb1 rw'))
  t.deepEqual(codes(mounted), ['MOUNTED'])
  t.regex(reasonsAgainst(mounted!)[0]!.message, /umount \/media\/my stick/)
  const [whole] = await disksOf(mountinfo('36 28 8:16 / /mnt rw - iso9660 /dev/sdb ro'))
  t.deepEqual(codes(whole), ['MOUNTED'])
  const [root] = await disksOf(mountinfo('28 1 8:17 / / rw - ext4 /dev/sdb1 rw'))
  t.deepEqual(codes(root), ['SYSTEM_DISK'])
  const [btrfs] = await disksOf(mountinfo('28 1 0:32 /@ / rw - btrfs /dev/sdb1 rw'))
  t.deepEqual(codes(btrfs), ['SYSTEM_DISK'])
  const [swap] = await disksOf({ ...files, 'proc/swaps': 'Filename\tType\n/dev/sdb1 partition 1 0 -2\n' })
  t.deepEqual(codes(swap), ['SWAP'])
})
test('what another device is made of speaks against it, up to the root that is on a volume of a group', async t => {
  const files = { ...stick, ...partition('sdb', 'sdb1', '8:17'), 'sys/block/sdb/sdb1/holders/dm-0': '' }
  const dm = (uuid: string) => ({ ...files, ...block('dm-0', '253:0', 100, { 'dm/uuid': uuid }) })
  const [group] = await disksOf(dm('LVM-abc\n'))
  t.deepEqual(codes(group), ['HELD'])
  t.regex(reasonsAgainst(group!)[0]!.message, /dm-0 \(LVM\)/)
  const [crypt] = await disksOf(dm('CRYPT-LUKS2-abc\n'))
  t.regex(reasonsAgainst(crypt!)[0]!.message, /encryption/)
  const [root] = await disksOf({
    ...dm('LVM-abc\n'),
    'proc/self/mountinfo': '28 1 253:0 / / rw - ext4 /dev/mapper/vg-root rw\n',
  })
  t.deepEqual(codes(root), ['HELD', 'SYSTEM_DISK'])
  const [raid] = await disksOf({ ...stick, 'sys/block/sdb/holders/md0': '', ...block('md0', '9:0', 100) })
  t.regex(reasonsAgainst(raid!)[0]!.message, /md0 \(RAID\)/)
  const [member] = await disksOf({ ...stick, 'udev/b8:16': 'E:ID_FS_TYPE=linux_raid_member\n' })
  t.deepEqual(codes(member), ['MEMBER'])
})
test('read-only, empty and large disks, and what cannot be found out', async t => {
  const [locked] = await disksOf(block('sdb', '8:16', 100, { ro: '1' }))
  t.deepEqual(codes(locked), ['READ_ONLY'])
  const [empty] = await disksOf(block('sdb', '8:16', 0))
  t.deepEqual(codes(empty), ['EMPTY'])
  const [large] = await disksOf(block('sdb', '8:16', 7_814_037_168))
  t.deepEqual(codes(large), ['TOO_LARGE'])
  const root = scratch()
  mkdirSync(join(root, 'sys/block/sdb'), { recursive: true })
  for (const [file, text] of [
    ['dev', '8:16'],
    ['size', '100'],
  ] as const)
    writeFileSync(join(root, 'sys/block/sdb', file), text)
  const [blind] = await linuxDisks({ sys: join(root, 'sys'), proc: join(root, 'proc'), udev: join(root, 'udev') })
  t.deepEqual(codes(blind), ['UNKNOWN', 'UNKNOWN'])
})
test('serial numbers and transports of NVMe, cards, virtual and USB disks', async t => {
  const usb = 'sys/devices/pci0/usb1/1-1'
  const disks = await disksOf(
    {
      ...block('nvme0n1', '259:0', 100, { 'device/serial': 'S5', 'device/model': 'SSD' }),
      ...block('vda', '254:0', 100, { serial: 'root-disk' }),
      ...Object.fromEntries(
        Object.entries(stick).map(([path, text]) => [
          path.replace('sys/block/sdb', `${usb}/1-1:1.0/host0/block/sdb`),
          text,
        ]),
      ),
      [`${usb}/serial`]: 'USB77\n',
      [`${usb}/1-1:1.0/host0/block/sdb/device/serial`]: '',
    },
    { 'sys/block/sdb': '../devices/pci0/usb1/1-1/1-1:1.0/host0/block/sdb' },
  )
  t.deepEqual(
    disks.map(({ path, serial, transport }) => [path, serial, transport]),
    [
      ['/dev/nvme0n1', 'S5', 'nvme'],
      ['/dev/sdb', 'USB77', 'usb'],
      ['/dev/vda', 'root-disk', ''],
    ],
  )
})
test('another disk at the same path is another one', async t => {
  const [one] = await disksOf(stick)
  const [two] = await disksOf({ ...stick, 'sys/block/sdb/diskseq': '8\n' })
  t.not(one!.identity, two!.identity)
})
test('a disk is found by its path; for a partition its disk is named, and for a missing disk the existing ones', async t => {
  const disks = await disksOf({ ...stick, ...partition('sdb', 'sdb1', '8:17') })
  t.is((await findDisk('/dev/sdb', disks)).path, '/dev/sdb')
  t.regex((await t.throwsAsync(findDisk('/dev/sdb1', disks)))!.message, /partition of \/dev\/sdb/)
  t.like(await t.throwsAsync(findDisk('/dev/sdc', disks)), { code: 'DISK_NOT_FOUND' })
  t.regex((await t.throwsAsync(findDisk('/dev/sdc', disks)))!.message, /disks: \/dev\/sdb \(Ultra.*32\.0 GB\)/)
})
test('this computer has disks that can be described', async t => {
  for (const disk of await linuxDisks()) {
    t.true(disk.size >= 0)
    t.deepEqual(disk.unknown, [])
  }
})
