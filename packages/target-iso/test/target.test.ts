import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DigestCache, FinishedMedium, TargetWriteRequest } from '@bootwright/api'
import { type Bytes, digest, fingerprint, fromFile, fromMemory, readText, type Tree, zeros } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { isoReader } from '../src/reader.ts'
import { isoTarget } from '../src/target.ts'

const file = (content: Bytes | string): { kind: 'file'; content: Bytes } => ({
  kind: 'file',
  content: typeof content === 'string' ? fromMemory(content) : content,
})
const medium = (changes: Partial<FinishedMedium> = {}): FinishedMedium => ({
  id: '4b1fbc4a-0000-8000-8000-000000000000',
  name: 'lab',
  type: 'bootable',
  label: 'Bereitstellung für das Labor in Köln',
  date: new Date('2026-11-24T00:00:00Z'),
  canSpan: false,
  boot: undefined,
  tree: new Map([['a.txt', file('a')]]),
  ...changes,
})
const cache = (): DigestCache & { readonly known: Map<string, string> } => {
  const known = new Map<string, string>()
  return {
    known,
    get: async bytes => known.get(fingerprint(bytes)),
    set: async (bytes, sha256) => void known.set(fingerprint(bytes), sha256),
  }
}
const log = { debug() {}, info() {}, warn() {} }
const request = (folder: string): TargetWriteRequest<{ file: string; mediaSize: string }> => ({
  options: { file: 'out/lab.iso', mediaSize: 'unlimited' },
  folder,
  overwrite: false,
  update: false,
  verify: true,
  attest: false,
  medium: medium(),
  signal: new AbortController().signal,
  progress: { start: () => ({ report() {}, end() {} }) },
  log,
  secret: () => Promise.reject(new Error('there is none')),
})
const pathsOf = (tree: Tree): string[] => [...tree.keys()].sort()

test('what is planned is what is written, with its digest', async t => {
  const asked = request(scratch())
  const target = isoTarget(cache())
  const image = await target.plan({ ...asked, medium: medium() })
  const [written] = await target.write(image, asked)
  const out = await fromFile(join(asked.folder, 'out/lab.iso'))
  t.deepEqual(target.outputs(asked.options, asked), [join(asked.folder, 'out/lab.iso')])
  t.deepEqual(written, {
    destination: join(asked.folder, 'out/lab.iso'),
    size: image.parts[0]!.bytes.size,
    sha256: await digest(out),
  })
  t.is(out.size, written!.size)
})
test('a digest that is known is not computed again', async t => {
  const asked = request(scratch())
  const digests = cache()
  const target = isoTarget(digests)
  const image = await target.plan({ ...asked, medium: medium() })
  await digests.set(image.parts[0]!.bytes, 'known')
  t.is((await target.write(image, asked))[0]?.sha256, 'known')
})
test('an existing image stays unless it may be replaced', async t => {
  const asked = request(scratch())
  asked.options.file = 'lab.iso'
  const path = join(asked.folder, 'lab.iso')
  writeFileSync(path, 'old')
  const target = isoTarget(cache())
  const image = await target.plan({ ...asked, medium: medium() })
  await t.throwsAsync(async () => await target.write(image, asked), { code: 'OUTPUT_EXISTS' })
  t.is(readFileSync(path, 'utf8'), 'old')
  await target.write(image, { ...asked, overwrite: true })
  t.true(readFileSync(path).length > 3)
  t.deepEqual(readdirSync(asked.folder), ['lab.iso'])
})
test('the label is shown as each carrier cuts it, that of FAT only where there is one', async t => {
  const asked = request('/')
  const target = isoTarget(cache())
  const plain = await target.plan({ ...asked, medium: medium() })
  t.deepEqual(Object.keys(plain.facts), ['ISO 9660 label', 'Joliet label'])
  t.true(plain.facts['ISO 9660 label']!.length <= 32)
  t.is(plain.facts['Joliet label'], 'Bereitstellung f')
  const uefi = { systemPartition: new Map([['EFI/BOOT/BOOTX64.EFI', file('MZ')]]) }
  const started = await target.plan({ ...asked, medium: medium({ boot: { tree: new Map(), uefi } }) })
  t.true(started.facts['FAT label']!.length <= 11)
})
test('parts of a set are numbered', async t => {
  const asked = request('/somewhere')
  const tree = new Map(['content/a', 'content/b'].map(path => [path, file(zeros(6 << 20))]))
  const image = await isoTarget(cache()).plan({
    ...asked,
    options: { file: 'lab.v2.iso', mediaSize: '8MiB' },
    medium: medium({ canSpan: true, tree }),
  })
  t.deepEqual(
    image.parts.map(({ destination }) => destination),
    ['/somewhere/lab.v2-1.iso', '/somewhere/lab.v2-2.iso'],
  )
})
test('an image is read again: its carrier, label, files and how it starts', async t => {
  const asked = request('/')
  const tree = new Map([
    ['a/b.txt', file('content')],
    ['isolinux/isolinux.bin', { kind: 'file' as const, content: zeros(120) }],
  ])
  const boot = {
    tree: new Map(),
    bios: { loader: 'isolinux/isolinux.bin', mbrCode: new Uint8Array(432) },
    uefi: { systemPartition: new Map([['EFI/BOOT/BOOTX64.EFI', file('MZ')]]) },
  }
  const image = await isoTarget(cache()).plan({ ...asked, medium: medium({ label: 'Lab', tree, boot }) })
  const opened = await isoReader.open(image.parts[0]!.bytes)
  t.like(opened, { format: 'ISO 9660', label: 'LAB', boot: ['BIOS (El Torito)', 'UEFI (El Torito)'] })
  // The files as the target got them: the system partition is a tree of its own again.
  t.false(pathsOf(opened!.tree).includes('boot/efi.img'))
  t.true(opened!.systemPartition!.size > 0)
  const entry = opened!.tree.get('a/b.txt')
  t.is(entry?.kind === 'file' && (await readText(entry.content)), 'content')
})
test('a BIOS loader that has something where the table goes is refused', async t => {
  const tree = new Map([['loader.bin', file('loader'.repeat(20))]])
  const boot = { tree: new Map(), bios: { loader: 'loader.bin' } }
  const plan = async () => isoTarget(cache()).plan({ ...request('/'), medium: medium({ tree, boot }) })
  t.regex((await t.throwsAsync(plan))!.message, /loader\.bin/)
})
test('what is no ISO image is not ours; one that is cut off is an error', async t => {
  t.is(await isoReader.open(fromMemory('hello')), undefined)
  const image = await isoTarget(cache()).plan({ ...request('/'), medium: medium() })
  const { bytes } = image.parts[0]!
  const cut = { size: 40_000, segments: (from = 0, to = 40_000) => bytes.segments(from, to) }
  await t.throwsAsync(isoReader.open(cut), { name: 'IsoError' })
})
