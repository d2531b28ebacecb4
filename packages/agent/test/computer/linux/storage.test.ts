import { statSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { linuxStorage } from '../../../src/computer/linux/storage.ts'
import { device, fakePrograms } from '../../fakes.ts'

test('volumes are mounted read-only, nosuid and nodev, and a failure throws the reason', async t => {
  const mountFolder = join(scratch(), 'volumes')
  const ran: string[] = []
  const programs = fakePrograms(undefined, async (command, args) => {
    ran.push([command, ...args].join(' '))
    return command === 'mount' && args.includes('udf')
      ? { exitCode: 32, output: 'mount: Invalid argument\n' }
      : { exitCode: 0, output: '' }
  })
  const storage = linuxStorage({ programs, mountFolder, sys: '/nowhere' })
  await storage.mount(device('/dev/sr0'), 'iso9660')
  const stick = await storage.mount(device('/dev/sdb1'), 'vfat')
  await storage.mount(device('/dev/sdc2'), 'ntfs')
  await stick.unmount()
  await t.throwsAsync(storage.mount(device('/dev/sr0'), 'udf'), {
    code: 'MOUNT_FAILED',
    message: 'mount: Invalid argument',
  })
  t.deepEqual(ran.slice(0, 4), [
    `mount -t iso9660 -o ro,nosuid,nodev /dev/sr0 ${mountFolder}/sr0`,
    `mount -t vfat -o ro,nosuid,nodev,utf8 /dev/sdb1 ${mountFolder}/sdb1`,
    `ntfs-3g -o ro,nosuid,nodev /dev/sdc2 ${mountFolder}/sdc2`,
    `umount ${mountFolder}/sdb1`,
  ])
  t.true(statSync(join(mountFolder, 'sr0')).isDirectory())
})
