import test from 'ava'
import type { Storage } from '../../src/computer/storage.ts'
import { type FoundMedium, findMedium } from '../../src/medium/find.ts'
import { device, type FakeComputer, fakeComputer, fakeStorage, ID, medium } from '../fakes.ts'

const OTHER = '99999999-2222-4333-8444-555555555555'
const search = async (
  storage: Storage,
  id: string | undefined = ID,
): Promise<{ found: FoundMedium | undefined; computer: FakeComputer }> => {
  const computer = fakeComputer({ storage })
  return { found: await findMedium({ ...computer, id }), computer }
}

test('the medium with the id of the kernel command line is found among others', async t => {
  const storage = fakeStorage([
    { device: device('/dev/sda'), head: new Uint8Array(65536) },
    { device: device('/dev/sdb'), files: medium({ id: OTHER }) },
    { device: device('/dev/sr0'), files: medium() },
  ])
  const { found } = await search(storage, ID.toUpperCase())
  t.like(found, { device: { path: '/dev/sr0' }, fileSystem: 'iso9660', descriptor: { label: 'Lab boot' } })
  t.deepEqual(storage.log, [
    'mount /dev/sdb iso9660',
    'unmount',
    'mount /dev/sr0 iso9660',
    'unmount',
    'mount /dev/sr0 iso9660',
  ])
})
test('without an id any medium is accepted', async t => {
  const computer = fakeComputer({
    storage: fakeStorage([{ device: device('/dev/sdb'), files: medium({ id: OTHER }) }]),
  })
  t.is((await findMedium({ ...computer, id: undefined }))?.descriptor.id, OTHER)
})
test('devices that appear late are found', async t => {
  const late = { device: device('/dev/sdb'), files: medium() }
  const { found, computer } = await search(fakeStorage([], [], [], [late]))
  t.is(found?.device.path, '/dev/sdb')
  t.deepEqual(computer.slept, [1000, 1000, 1000])
})
test('a drive that becomes ready is tried again, a device without a file system is not', async t => {
  const storage = fakeStorage(
    [{ device: device('/dev/sr0'), head: new Error('ENOMEDIUM: no medium found, read') }],
    [{ device: device('/dev/sr0'), mountError: 'Input/output error' }],
    [{ device: device('/dev/sr0'), files: medium() }],
  )
  t.is((await search(storage)).found?.device.path, '/dev/sr0')
  t.deepEqual(storage.log, ['mount /dev/sr0 iso9660', 'mount /dev/sr0 iso9660', 'unmount', 'mount /dev/sr0 iso9660'])

  const wrong = fakeStorage([{ device: device('/dev/sr0'), files: medium({ id: OTHER }) }])
  t.is((await search(wrong)).found, undefined)
  t.deepEqual(wrong.log, ['mount /dev/sr0 iso9660', 'unmount'])
})
test('after a minute every searched device is listed with the reason', async t => {
  const { found, computer } = await search(
    fakeStorage([
      { device: device('/dev/sda', 256e9), head: new Uint8Array(65536) },
      { device: device('/dev/sdb'), files: medium({ id: OTHER }) },
      { device: device('/dev/sdc'), mountError: 'Invalid argument' },
      { device: device('/dev/sdd', 5e6), files: {} },
      { device: device('/dev/sde'), files: { 'bootwright/medium.json': Buffer.from('{}') } },
      { device: device('/dev/sr0', 1e6), head: new Error('no medium found') },
    ]),
  )
  t.is(found, undefined)
  t.is(computer.slept.length, 60)
  const { shown } = computer.console
  t.regex(shown, new RegExp(`The medium ${ID} was not found within 60 seconds`))
  t.regex(shown, /\/dev\/sda, 256\.0 GB: no file system of a medium/)
  t.regex(shown, new RegExp(`/dev/sdb, 4\\.0 GB: iso9660: another medium, ${OTHER}`))
  t.regex(shown, /\/dev\/sdc, 4\.0 GB: iso9660: cannot be mounted: Invalid argument/)
  t.regex(shown, /\/dev\/sdd, 5 MB: iso9660: not a medium/)
  t.regex(shown, /\/dev\/sde, 4\.0 GB: iso9660: the descriptor is not valid/)
  t.regex(shown, /\/dev\/sr0, 1 MB: cannot be read: no medium found/)
})
test('a computer without devices is reported', async t => {
  const { computer } = await search(fakeStorage([]))
  t.regex(computer.console.shown, /no disks, USB drives or disc drives/)
})
