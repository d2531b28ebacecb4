import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DigestCache, FinishedMedium, TargetWriteRequest } from '@bootwright/api'
import { type Entry, fromMemory } from '@bootwright/bytes'
import { encodeManifest, MANIFEST_PATH } from '@bootwright/medium'
import test from 'ava'
import { scratch } from '../../../scripts/test-tools.ts'
import type { UsbTargetOptions } from '../src/options.ts'
import { usbTarget } from '../src/target.ts'

const digests: DigestCache = { get: async () => undefined, set: async () => {} }
function medium(files: Readonly<Record<string, string>>, more: Readonly<Record<string, Entry>> = {}): FinishedMedium {
  const [id, type, label] = ['4b1fbc4a-0000-8000-8000-000000000000', 'bootable', 'Lab']
  const list = Object.keys(files)
    .sort()
    .map(path => ({ path, size: files[path]!.length, sha256: '0'.repeat(64) }))
  const manifest = encodeManifest({ formatVersion: 1, id, type, label, serial: 0, files: list, systemPartition: [] })
  const tree = new Map<string, Entry>([
    [MANIFEST_PATH, { kind: 'file', content: fromMemory(manifest) }],
    ...Object.entries(files).map(([path, text]): [string, Entry] => [
      path,
      { kind: 'file', content: fromMemory(text) },
    ]),
    ...Object.entries(more),
  ])
  return { id, name: 'lab', type, label, date: new Date('2026-11-24'), canSpan: false, boot: undefined, tree }
}
async function write(
  folder: string,
  written: FinishedMedium,
  changes: Partial<TargetWriteRequest<UsbTargetOptions>> = {},
) {
  const request: TargetWriteRequest<UsbTargetOptions> = {
    options: { folder, partitionTable: 'gpt' },
    folder: '/',
    overwrite: false,
    update: false,
    verify: true,
    attest: false,
    medium: written,
    signal: new AbortController().signal,
    progress: { start: () => ({ report() {}, end() {} }) },
    log: { debug() {}, info() {}, warn() {} },
    secret: () => Promise.reject(new Error('there is none')),
    ...changes,
  }
  const target = usbTarget(digests)
  return await target.write(await target.plan(request), request)
}
const textOf = (folder: string, path: string): string => readFileSync(join(folder, path), 'utf8')

test('the files are put where a volume is mounted; an earlier build gives way, and what else is there stays', async t => {
  const folder = scratch()
  writeFileSync(join(folder, 'notes.txt'), 'mine')
  await write(folder, medium({ 'a.txt': 'one', 'deep/b.txt': 'two' }))
  t.is(textOf(folder, 'deep/b.txt'), 'two')
  await write(folder, medium({ 'a.txt': 'three' }))
  t.is(textOf(folder, 'a.txt'), 'three')
  t.false(existsSync(join(folder, 'deep/b.txt')))
  t.is(textOf(folder, 'notes.txt'), 'mine')
  t.true(existsSync(join(folder, MANIFEST_PATH)))
})
test('a file that is in the way is replaced only when that is allowed', async t => {
  const folder = scratch()
  writeFileSync(join(folder, 'a.txt'), 'mine')
  t.like(await t.throwsAsync(write(folder, medium({ 'a.txt': 'x', 'b.txt': 'y' }))), { code: 'IN_THE_WAY' })
  t.is(textOf(folder, 'a.txt'), 'mine')
  t.false(existsSync(join(folder, 'b.txt')))
  await write(folder, medium({ 'a.txt': 'x' }), { overwrite: true })
  t.is(textOf(folder, 'a.txt'), 'x')
})
test('a folder that is not there, and a link, are refused', async t => {
  t.like(await t.throwsAsync(write(join(scratch(), 'gone'), medium({ a: 'x' }))), { code: 'NO_FOLDER' })
  const linked = medium({ a: 'x' }, { link: { kind: 'link', target: 'a' } })
  t.like(await t.throwsAsync(write(scratch(), linked)), { code: 'LINK' })
})
test('a manifest that names files elsewhere leads to nothing there', async t => {
  const [folder, outside] = [scratch(), scratch()]
  writeFileSync(join(outside, 'keep'), 'mine')
  const path = `../${outside.split('/').at(-1)}/keep`
  mkdirSync(join(folder, 'bootwright'))
  const entry = { path, size: 1, sha256: '0'.repeat(64) }
  const { id, type, label } = medium({})
  writeFileSync(
    join(folder, MANIFEST_PATH),
    encodeManifest({ formatVersion: 1, id, type, label, serial: 0, files: [entry], systemPartition: [] }),
  )
  await write(folder, medium({ a: 'x' }))
  t.is(textOf(outside, 'keep'), 'mine')
})
