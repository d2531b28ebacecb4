import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { DigestCache, FinishedMedium, Image, ImageReader } from '@bootwright/api'
import { type Bytes, concat, type Entry, fromMemory, slice, zeros } from '@bootwright/bytes'
import { encodeManifest, MANIFEST_PATH } from '@bootwright/medium-format'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { writeImageFiles } from '../src/index.ts'

const HEAD = 65_536
const SLOT = 1 << 20
const digests: DigestCache = { get: async () => undefined, set: async () => {} }
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** A carrier with the manifest in the head and one file in each slot behind it. */
interface Made {
  readonly image: Image
  readonly medium: FinishedMedium
}
function make(
  path: string,
  contents: readonly string[],
  { serial = 1, label = 'Lab', id = '4b1fbc4a-0000-8000-8000-000000000000' } = {},
): Made {
  const files = contents.map((content, index) => ({
    path: `${index}`,
    size: content.length,
    sha256: sha256(Buffer.from(content)),
  }))
  const manifest = encodeManifest({ formatVersion: 1, id, type: 'bootable', label, serial, files, systemPartition: [] })
  const tree = new Map<string, Entry>([
    [MANIFEST_PATH, { kind: 'file', content: fromMemory(manifest) }],
    ...contents.map((content, index): [string, Entry] => [`${index}`, { kind: 'file', content: fromMemory(content) }]),
  ])
  const head = Buffer.alloc(HEAD)
  head.write(`TEST ${manifest.length}\n`)
  head.set(manifest, 16)
  const slots = contents.map(content => concat([fromMemory(content), zeros(SLOT - content.length)]))
  const bytes = concat([fromMemory(head), ...slots])
  const extents = contents.map((content, index) => ({
    path: `${index}`,
    offset: HEAD + index * SLOT,
    size: content.length,
  }))
  const medium = { id, name: 'lab', type: 'bootable', label, date: new Date(0), canSpan: false, boot: undefined, tree }
  return { image: { parts: [{ destination: path, bytes, extents }], facts: {} }, medium }
}
/** Takes the file in slot N for one of `sizes[N]` bytes. */
const readerOf = (sizes: readonly number[]): ImageReader => ({
  async open(bytes: Bytes) {
    const [segment] = bytes.segments(0, Math.min(16, bytes.size))
    if (segment?.kind !== 'file') return undefined
    const head = readFileSync(segment.source.path).subarray(0, HEAD)
    const [, length] = /^TEST (\d+)\n/.exec(head.toString('latin1', 0, 16)) ?? []
    if (length === undefined) return undefined
    const tree = new Map<string, Entry>([
      [MANIFEST_PATH, { kind: 'file', content: slice(bytes, 16, 16 + Number(length)) }],
    ])
    for (const [index, size] of sizes.entries())
      tree.set(`${index}`, { kind: 'file', content: slice(bytes, HEAD + index * SLOT, HEAD + index * SLOT + size) })
    return { format: 'test', label: '', tree, boot: [], facts: {} }
  },
})
const write = ({ image, medium }: Made, reader: ImageReader, update = true) =>
  writeImageFiles(
    image,
    {
      overwrite: false,
      update,
      verify: true,
      medium,
      signal: new AbortController().signal,
      progress: { start: () => ({ report() {}, end() {} }) },
    },
    { digests, reader },
  )
const contents = ['a'.repeat(500_000), 'b'.repeat(300_000)]
const sizes = contents.map(({ length }) => length)

test('what is not there yet is written; an earlier build becomes the new one, and what its manifest says is there is not looked at', async t => {
  const path = join(scratch(), 'image')
  const [first] = await write(make(path, contents), readerOf(sizes))
  t.is(first!.updated, undefined)
  t.is(first!.sha256, sha256(readFileSync(path)))
  // Damaged behind the back of the manifest: who trusts the index does not see it.
  const damaged = readFileSync(path)
  damaged[HEAD + 100] = 0
  writeFileSync(path, damaged)
  const changed = make(path, [contents[0]!, 'c'.repeat(300_000)], { serial: 2 })
  const [second] = await write(changed, readerOf(sizes))
  t.true(second!.updated! >= 300_000 && second!.updated! < 400_000)
  t.is(readFileSync(path)[HEAD + 100], 0)
  t.is(readFileSync(path).toString('latin1', HEAD + SLOT, HEAD + SLOT + 3), 'ccc')
})
test('after an interruption nothing is believed: everything is compared', async t => {
  const path = join(scratch(), 'image')
  await write(make(path, contents), readerOf(sizes))
  const damaged = readFileSync(path)
  damaged[HEAD + 100] = 0
  damaged.write('BOOTWRIGHT: this medium was being written, and that did not end. Write it again.', 64)
  writeFileSync(path, damaged)
  await write(make(path, contents), readerOf(sizes))
  t.is(readFileSync(path).toString('latin1', HEAD + 99, HEAD + 102), 'aaa')
})
test('a changed definition is the same medium while type and label are', async t => {
  const path = join(scratch(), 'image')
  await write(make(path, contents), readerOf(sizes))
  await t.notThrowsAsync(write(make(path, contents, { id: '4b1fbc4a-0000-8000-8000-000000000001' }), readerOf(sizes)))
})
test('another medium, something else and an older issue are left as they are', async t => {
  const path = join(scratch(), 'image')
  await write(make(path, contents, { serial: 5 }), readerOf(sizes))
  const before = readFileSync(path)
  const other = { id: '4b1fbc4a-0000-8000-8000-000000000001', label: 'Other', serial: 9 }
  t.like(await t.throwsAsync(write(make(path, contents, other), readerOf(sizes))), { code: 'OTHER_MEDIUM' })
  t.like(await t.throwsAsync(write(make(path, contents, { serial: 4 }), readerOf(sizes))), { code: 'OLDER_SERIAL' })
  t.true(readFileSync(path).equals(before))
  writeFileSync(path, 'my notes')
  t.like(await t.throwsAsync(write(make(path, contents), readerOf(sizes))), { code: 'OTHER_MEDIUM' })
  t.is(readFileSync(path, 'utf8'), 'my notes')
})
test('without an update, what exists stays', async t => {
  const path = join(scratch(), 'image')
  writeFileSync(path, 'my notes')
  t.like(await t.throwsAsync(write(make(path, contents), readerOf(sizes), false)), { code: 'OUTPUT_EXISTS' })
  t.true(existsSync(path))
})
