import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { listDevices, readHead } from '../../../src/computer/linux/devices.ts'

const sys = scratch()
const add = (name: string, files: Readonly<Record<string, string>>): void => {
  mkdirSync(join(sys, name))
  for (const [file, text] of Object.entries(files)) writeFileSync(join(sys, name, file), text)
}
add('sr0', { size: '2097151\n', diskseq: '7\n' })
add('sda', { size: '1000\n', diskseq: '1\n' })
// As sysfs has it: a partition is in the folder of its disk, and a link among the others.
add('sda/sda1', { size: '900\n', partition: '1\n' })
symlinkSync('sda/sda1', join(sys, 'sda1'))
add('cciss!c0d0', { size: '8\n' })
add('sdz', { size: '0\n' })
for (const name of ['loop0', 'ram0', 'zram1', 'dm-0', 'md127']) add(name, { size: '5\n' })

test('disks, drives and partitions are listed with sizes in bytes, without empty and virtual devices', async t => {
  t.deepEqual(await listDevices(sys), [
    { path: '/dev/cciss/c0d0', size: 4096, generation: 'unknown', disk: '/dev/cciss/c0d0' },
    { path: '/dev/sda', size: 512_000, generation: '1', disk: '/dev/sda' },
    { path: '/dev/sda1', size: 460_800, generation: 'unknown', disk: '/dev/sda' },
    { path: '/dev/sr0', size: 1_073_741_312, generation: '7', disk: '/dev/sr0' },
  ])
})
test('a system without /sys/class/block has no devices', async t => {
  t.deepEqual(await listDevices('/nowhere'), [])
})
test('the head of a short device is short, and an unreadable device throws', async t => {
  const file = join(sys, 'short')
  writeFileSync(file, 'abc')
  t.is((await readHead(file, 10)).length, 3)
  await t.throwsAsync(readHead('/nowhere', 10), { code: 'ENOENT' })
})
