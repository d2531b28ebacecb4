import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import test from 'ava'
import { scratch } from '../../../../scripts/test-tools.ts'
import { linuxStorage } from '../../src/linux/storage.ts'
import { device, fakePrograms } from '../fakes.ts'

test('mounting is reading only, without devices or rights, and says why it fails', async t => {
  const mountPoint = join(scratch(), 'medium')
  const ran: string[] = []
  const programs = fakePrograms(undefined, async (command, args) => {
    ran.push([command, ...args].join(' '))
    return command === 'mount' && args.includes('udf')
      ? { exitCode: 32, output: 'mount: Invalid argument\n' }
      : { exitCode: 0, output: '' }
  })
  const storage = linuxStorage({ programs, mountPoint, sys: '/nowhere' })
  await storage.mount(device('/dev/sr0'), 'iso9660')
  await storage.mount(device('/dev/sdb1'), 'vfat')
  await storage.unmount()
  await t.throwsAsync(storage.mount(device('/dev/sr0'), 'udf'), {
    code: 'MOUNT_FAILED',
    message: 'mount: Invalid argument',
  })
  t.deepEqual(ran.slice(0, 3), [
    `mount -t iso9660 -o ro,nosuid,nodev /dev/sr0 ${mountPoint}`,
    `mount -t vfat -o ro,nosuid,nodev,utf8 /dev/sdb1 ${mountPoint}`,
    `umount ${mountPoint}`,
  ])
  t.true(statSync(mountPoint).isDirectory())
})
test('a folder is copied with its modes, and an earlier copy is replaced', async t => {
  const mountPoint = scratch()
  const to = join(scratch(), 'copy')
  mkdirSync(join(mountPoint, 'prestart', 'deep'), { recursive: true })
  writeFileSync(join(mountPoint, 'prestart', 'deep', 'run.sh'), '#!/bin/sh\n', { mode: 0o555 })
  const storage = linuxStorage({ programs: fakePrograms(), mountPoint, sys: '/nowhere' })
  await storage.copyFolder('prestart', to)
  t.is(statSync(join(to, 'deep', 'run.sh')).mode & 0o777, 0o555)
  writeFileSync(join(to, 'left over'), '')
  await storage.copyFolder('prestart', to)
  t.throws(() => readFileSync(join(to, 'left over')), { code: 'ENOENT' })
  await storage.copyFolder('missing', to)
  t.true(statSync(to).isDirectory())
})
test('a file that is missing is no error', async t => {
  const storage = linuxStorage({ programs: fakePrograms(), mountPoint: '/nowhere', sys: '/nowhere' })
  t.is(await storage.read('bootwright/medium.json', 100), undefined)
})
test('a folder that leads out of the medium is not copied', async t => {
  const outside = scratch()
  writeFileSync(join(outside, 'shadow'), 'secret')
  const mountPoint = scratch()
  symlinkSync(outside, join(mountPoint, 'prestart'))
  const to = join(scratch(), 'copy')
  await linuxStorage({ programs: fakePrograms(), mountPoint, sys: '/nowhere' }).copyFolder('prestart', to)
  t.deepEqual(readdirSync(to), [])
})
