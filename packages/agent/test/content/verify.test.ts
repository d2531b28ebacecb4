import { createHash } from 'node:crypto'
import { contentBlobPath, encodeContent, encodeManifest, MANIFEST_PATH } from '@bootwright/medium-format'
import test from 'ava'
import { runAgent } from '../../src/agent.ts'
import { verifyContent } from '../../src/content/verify.ts'
import { findMedium } from '../../src/medium/find.ts'
import { device, type FakeDisk, fakeComputer, fakeStorage, ID, medium } from '../fakes.ts'

type Files = Readonly<Record<string, Uint8Array>>
const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex')
const file = (path: string, text: string) => ({ path, size: text.length, sha256: sha256(text) })
const blobs = (...texts: string[]): Files =>
  Object.fromEntries(texts.map(text => [contentBlobPath(sha256(text)), Buffer.from(text)]))
const documents: Files = Object.fromEntries(
  encodeContent([
    { kind: 'operatingSystemImage', name: 'windows', imageIndex: 1, files: [file('install.wim', 'MSWIM')] },
    { kind: 'package', name: 'tools', files: [file('a', 'one'), file('b', 'two')] },
  ]),
)
/** With a manifest of all files, also of those that are on other volumes or gone. */
function withManifest(files: Files): Files {
  const list = Object.entries(files).map(([path, data]) => ({ path, size: data.length, sha256: sha256(data) }))
  const manifest = {
    formatVersion: 1,
    id: ID,
    type: 'prestaged',
    label: 'Lab',
    serial: 0,
    files: list.sort((a, b) => (a.path < b.path ? -1 : 1)),
    systemPartition: [],
  } as const
  return { ...files, [MANIFEST_PATH]: encodeManifest(manifest) }
}
const base = medium({ type: 'prestaged' }, { variables: {} })
const all = withManifest({ ...base, ...documents, ...blobs('MSWIM', 'one', 'two') })
const without = (files: Files, test: (path: string) => boolean): Files =>
  Object.fromEntries(Object.entries(files).filter(([path]) => !test(path)))

async function statesOf(...disks: FakeDisk[]): Promise<readonly string[]> {
  const computer = fakeComputer({ storage: fakeStorage(disks) })
  const found = await findMedium({ ...computer, id: ID })
  return (await verifyContent(computer, found!)).map(({ item, state }) => `${item.kind}/${item.name} ${state}`)
}

test('each content is verified by the digests of its files', async t => {
  const disk = device('/dev/sda1')
  t.deepEqual(await statesOf({ device: disk, files: all }), [
    'operatingSystemImage/windows valid',
    'package/tools valid',
  ])
  const changed = { ...all, [contentBlobPath(sha256('MSWIM'))]: Buffer.from('OTHER') }
  t.deepEqual(await statesOf({ device: disk, files: changed }), [
    'operatingSystemImage/windows stale',
    'package/tools valid',
  ])
  const gone = without(all, path => path === contentBlobPath(sha256('two')))
  t.deepEqual(await statesOf({ device: disk, files: gone }), [
    'operatingSystemImage/windows valid',
    'package/tools missing',
  ])
})
test('contents and their index are found on other volumes by digest', async t => {
  const isContent = (path: string): boolean => path.startsWith('content/')
  const disks = [
    { device: device('/dev/sda1'), files: without(all, isContent) },
    { device: device('/dev/sda2'), files: without(all, path => !isContent(path)) },
    { device: device('/dev/sdb'), mountError: 'Input/output error' },
  ]
  t.deepEqual(await statesOf(...disks), ['operatingSystemImage/windows valid', 'package/tools valid'])
})
test('a medium without contents has none and searches no other volume', async t => {
  const storage = fakeStorage([
    { device: device('/dev/sda1'), files: withManifest(base) },
    { device: device('/dev/sda2'), files: documents },
  ])
  const computer = fakeComputer({ storage })
  const found = await findMedium({ ...computer, id: ID })
  const before = storage.log.length
  t.deepEqual(
    await verifyContent(computer, {
      ...found!,
      manifest: undefined,
      volume: { ...found!.volume, digest: async () => undefined },
    }),
    [],
  )
  t.is(storage.log.length, before)
})
test('a changed or missing index is reported, and the agent continues', async t => {
  for (const change of [
    { ...all, 'content/index.json': Buffer.from('{}') },
    without(all, path => path === 'content/index.json'),
  ]) {
    const computer = fakeComputer({ storage: fakeStorage([{ device: device('/dev/sda1'), files: change }]) })
    computer.console.answer([/What now\?[\s\S]*> $/, 'o\r'])
    t.is(await runAgent(computer), 'powerOff')
    t.regex(
      computer.console.shown,
      /cannot be verified: the file content\/index\.json of this medium (was changed|is missing)/,
    )
    t.regex(computer.console.shown, /bootwright: done/)
  }
})
test('the state of contents is printed for people and for programs', async t => {
  const gone = without(all, path => path === contentBlobPath(sha256('two')))
  const computer = fakeComputer({ storage: fakeStorage([{ device: device('/dev/sda1'), files: gone }]) })
  computer.console.answer([/What now\?[\s\S]*> $/, 'o\r'])
  t.is(await runAgent(computer), 'powerOff')
  t.regex(computer.console.shown, /Operating system image "windows": valid/)
  t.regex(computer.console.shown, /Package "tools": missing, at least in part/)
  t.regex(computer.console.shown, /bootwright: content package\/tools missing/)
})
