import test from 'ava'
import { reasonsAgainst, windowsDisks } from '../src/index.ts'

const disk = (number: number, more: object = {}) => ({
  Number: number,
  FriendlyName: 'SanDisk Ultra',
  SerialNumber: ' 4C530001 ',
  Size: 32e9,
  UniqueId: 'USBSTOR\\DISK',
  IsReadOnly: false,
  IsBoot: false,
  IsSystem: false,
  BusType: 'USB',
  ...more,
})
const partition = (number: number, more: object = {}) => ({
  DiskNumber: number,
  PartitionNumber: 1,
  Offset: 1048576,
  Size: 31e9,
  Type: 'Basic',
  GptType: '{ebd0a0a2-b9e5-4433-87c0-68b6b72699c7}',
  MbrType: null,
  AccessPaths: ['\\\\?\\Volume{0a1b}\\'],
  ...more,
})
async function disksOf(disks: readonly object[], partitions: readonly object[], pageFiles: readonly string[] = []) {
  const asked: string[] = []
  const answer = await windowsDisks(async (file, args) => {
    asked.push(file, ...args.slice(0, 3))
    return JSON.stringify({ disks, partitions, pageFiles })
  })
  return { answer, asked }
}

test('a stick without a letter: what it is, and nothing against it', async t => {
  const { answer, asked } = await disksOf([disk(1)], [partition(1)])
  t.deepEqual(asked, ['powershell.exe', '-NoProfile', '-NonInteractive', '-Command'])
  t.like(answer[0], {
    path: '\\\\.\\PhysicalDrive1',
    model: 'SanDisk Ultra',
    serial: '4C530001',
    size: 32e9,
    transport: 'usb',
    isRemovable: true,
  })
  t.deepEqual(answer[0]!.partitions, [
    { path: '\\\\.\\PhysicalDrive1 partition 1', offset: 1048576, size: 31e9, content: 'Basic' },
  ])
  t.deepEqual(reasonsAgainst(answer[0]!), [])
})
test('letters, folders, page files, the system and groups of disks speak against it', async t => {
  const { answer } = await disksOf(
    [
      disk(0, { IsBoot: true, IsSystem: true, BusType: 'NVMe' }),
      disk(1),
      disk(2),
      disk(3),
      disk(4, { IsSystem: true }),
    ],
    [
      partition(0, { AccessPaths: ['C:\\', '\\\\?\\Volume{1}\\'] }),
      partition(1, { AccessPaths: ['E:\\', 'C:\\mounted\\', '\\\\?\\Volume{2}\\'] }),
      partition(2, { GptType: '{E75CAF8F-F680-4CEE-AFA3-B001E56EFC2D}', AccessPaths: null }),
      partition(3, { GptType: null, MbrType: 0x42, AccessPaths: [] }),
    ],
    ['c:\\pagefile.sys'],
  )
  const codes = answer.map(each => reasonsAgainst(each).map(({ code }) => code))
  t.deepEqual(codes, [
    ['SYSTEM_DISK', 'MOUNTED', 'SWAP'],
    ['MOUNTED', 'MOUNTED'],
    ['MEMBER'],
    ['MEMBER'],
    ['SYSTEM_DISK'],
  ])
  t.regex(reasonsAgainst(answer[1]!)[0]!.message, /unmount it: mountvol E:\\ \/P$/)
  t.not(answer[1]!.identity, answer[2]!.identity)
})
