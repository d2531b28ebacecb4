import { statSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FinishedMedium } from '@bootwright/api'
import { digest, fromFile, fromMemory } from '@bootwright/bytes'
import type { Disk } from '@bootwright/disks'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { usbReader } from '../src/reader.ts'
import { usbTarget } from '../src/target.ts'
import { digests, request, withManifest } from './fakes.ts'

const SIZE = 128 << 20

/** A file that stands for a stick. */
function stick(changes: Partial<Disk> = {}): Disk {
  const path = join(scratch(), 'stick')
  writeFileSync(path, 'somebody needs this')
  truncateSync(path, SIZE)
  return {
    path,
    model: 'Ultra',
    serial: 'AB12',
    size: SIZE,
    transport: 'usb',
    isRemovable: true,
    isReadOnly: false,
    partitions: [],
    uses: [],
    identity: 'one',
    unknown: [],
    ...changes,
  }
}
const medium = (content: string, serial = 1): FinishedMedium => withManifest({ 'a.txt': content }, { serial })
const requestFor = (disk: Disk, written: FinishedMedium, changes: Parameters<typeof request>[1] = {}) =>
  request({ device: disk.path }, { medium: written, ...changes })
async function write(
  disk: Disk,
  written: FinishedMedium,
  changes: Parameters<typeof requestFor>[2],
  list = async () => [disk],
) {
  const target = usbTarget(digests, list)
  const asked = requestFor(disk, written, changes)
  const image = await target.plan(asked)
  return { image, result: await target.write(image, asked) }
}
const start = async (disk: Disk): Promise<string> => digest(await fromFile(disk.path))

test('a plan says which disk it is, and a disk that is in use is refused with the reason', async t => {
  const disk = stick()
  const image = await usbTarget(digests, async () => [disk]).plan(requestFor(disk, medium('a')))
  t.like(image.facts, { 'serial number': 'AB12', contents: 'no partitions' })
  t.regex(image.facts.disk!, /Ultra, usb, 134217728 bytes/)
  const used = stick({ uses: [{ kind: 'mount', device: '/dev/sdb1', at: '/home', release: 'umount /home' }] })
  const error = await t.throwsAsync(write(used, medium('a'), { erase: 'AB12' }), { code: 'DISK_REFUSED' })
  t.regex(error!.message, /mounted at \/home/)
})
test('without agreement nothing is written: the serial number has to be named, or typed', async t => {
  const disk = stick()
  const before = await start(disk)
  for (const changes of [{}, { erase: 'AB13' }, { prompt: async () => 'yes' }, { prompt: async () => '' }])
    t.like(await t.throwsAsync(write(disk, medium('a'), changes)), { code: 'NOT_AGREED' })
  t.is(await start(disk), before)
  const questions: string[] = []
  const prompt = async (question: string): Promise<string> => {
    questions.push(question)
    return ' AB12\n'
  }
  await write(disk, medium('a'), { prompt })
  t.regex(questions[0]!, /Ultra[\s\S]*AB12/)
  t.not(await start(disk), before)
})
test('a disk without a serial number is named by its path', async t => {
  const disk = stick({ serial: '' })
  t.like(await t.throwsAsync(write(disk, medium('a'), { erase: '' })), { code: 'NOT_AGREED' })
  await t.notThrowsAsync(write(disk, medium('a'), { erase: disk.path }))
})
test('a disk that was exchanged after it was agreed on is left alone', async t => {
  const disk = stick()
  const before = await start(disk)
  let count = 0
  const list = async () => [{ ...disk, identity: count++ < 2 ? 'one' : 'two' }]
  t.like(await t.throwsAsync(write(disk, medium('a'), { erase: 'AB12' }, list)), { code: 'DISK_CHANGED' })
  t.is(await start(disk), before)
})
test('what is written is the whole disk, is read back, and an update writes what differs', async t => {
  const disk = stick()
  const { image } = await write(disk, medium('a'.repeat(5000)), { erase: 'AB12' })
  t.is(image.parts[0]!.bytes.size, SIZE)
  t.is(statSync(disk.path).size, SIZE)
  t.is((await usbReader.open(await fromFile(disk.path)))?.label, 'LAB')
  const changed = medium('b'.repeat(5000), 2)
  const { result } = await write(disk, changed, { update: true })
  t.true(result[0]!.updated! > 0 && result[0]!.updated! < 1 << 20)
  const opened = await usbReader.open(await fromFile(disk.path))
  const entry = opened!.tree.get('a.txt')
  t.is(entry?.kind === 'file' && (await digest(entry.content)), await digest(fromMemory('b'.repeat(5000))))
  t.like(await t.throwsAsync(write(disk, medium('c', 1), { update: true })), { code: 'OLDER_SERIAL' })
})
test('what is no medium is not updated', async t => {
  const disk = stick()
  t.like(await t.throwsAsync(write(disk, medium('a'), { update: true })), { code: 'OTHER_MEDIUM' })
})
