import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { digest, fromFile, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { createWim, exportImages, readWim, splitWim, verifyWim } from '../src/index.ts'
import { date, file, tree } from './sample.ts'

const test = needs(anyTest as TestFn, 'wimlib-imagex')
const wimlib = (...args: string[]): string => execFileSync('wimlib-imagex', args, { encoding: 'utf8', stdio: 'pipe' })
const other = new Map([
  ['a folder/the same.txt', tree.get('text.txt')!],
  ['only here', file('only in the second image')],
])
const noise = (seed: number): Uint8Array =>
  Uint8Array.from({ length: 60_000 }, (_, at) => (Math.imul(at + seed, 2_654_435_761) ^ (at << 7)) >>> 13)
const large = new Map([
  ...[...tree].filter(([path]) => !path.endsWith('noise.bin')),
  ...Array.from({ length: 12 }, (_, index) => [`noise ${index}`, file(noise(index * 1_000_003))] as const),
])
const twoImages = () =>
  createWim(
    [
      { tree: large, words: { name: 'first' } },
      { tree: other, words: { name: 'second' } },
    ],
    { date, compression: 'xpress', bootIndex: 2 },
  )

test('parts are no larger than was said, and wimlib joins them', async t => {
  const folder = scratch()
  const { bytes } = await twoImages()
  const partSize = Math.ceil(bytes.size / 2.5)
  const parts = await splitWim(await readWim(bytes), partSize)
  t.true(parts.length >= 3)
  for (const [index, part] of parts.entries()) {
    t.true(part.bytes.size <= partSize, `part ${index + 1}: ${part.bytes.size}`)
    await writeFile(join(folder, index === 0 ? 'set.swm' : `set${index + 1}.swm`), part.bytes, { durable: false })
  }
  const [first, ...others] = parts.map(part => part.bytes)
  t.deepEqual(await verifyWim(await readWim(first!, others)), [])
  wimlib('verify', join(folder, 'set.swm'), `--ref=${join(folder, 'set*.swm')}`)
  const joined = join(folder, 'joined.wim')
  wimlib('join', joined, ...parts.map((_, index) => join(folder, index === 0 ? 'set.swm' : `set${index + 1}.swm`)))
  const whole = await readWim(await fromFile(joined))
  t.deepEqual([...whole.blobs.keys()].sort(), [...(await readWim(bytes)).blobs.keys()].sort())
  t.deepEqual(await verifyWim(whole), [])
})
test('a WIM that fits is one part; a blob that does not is named', async t => {
  const wim = await readWim((await twoImages()).bytes)
  const [only, ...more] = await splitWim(wim, 1 << 30)
  t.is(more.length, 0)
  t.like(only!.header, { part: 1, parts: 1 })
  t.like(await t.throwsAsync(splitWim(wim, 30_000)), { code: 'WIM_TOO_LARGE' })
})
test('an exported image has what it refers to and nothing else, as if it had been alone', async t => {
  const path = join(scratch(), 'exported.wim')
  const wim = await readWim((await twoImages()).bytes)
  const { bytes } = await exportImages(wim, [2], { hasIntegrity: true })
  await writeFile(path, bytes, { durable: false })
  t.regex(wimlib('verify', path), /successfully verified/)
  t.regex(wimlib('info', path), /Image Count: +1\n(.*\n)*Boot Index: +1\n(.*\n)*Name: +second/)
  const exported = await readWim(bytes)
  const text = tree.get('text.txt')
  const textDigest = text?.kind === 'file' ? await digest(text.content, 'sha1') : ''
  t.is(exported.blobs.size, 2)
  t.is(exported.blobs.get(textDigest)!.references, 1)
  t.deepEqual(await verifyWim(exported), [])
  const both = await readWim((await exportImages(wim, [2, 1])).bytes)
  t.deepEqual(
    both.images.map(({ name, index }) => `${index} ${name}`),
    ['1 second', '2 first'],
  )
  t.is(both.header.bootIndex, 1)
  t.is(both.blobs.size, wim.blobs.size)
  t.like(await t.throwsAsync(exportImages(wim, [3])), { code: 'WIM_IMAGE' })
  t.like(await t.throwsAsync(exportImages(wim, [1, 1])), { code: 'WIM_IMAGE' })
})
test('images of a solid WIM and of a split one are exported', async t => {
  const folder = scratch()
  const source = join(folder, 'source.wim')
  await writeFile(source, (await twoImages()).bytes, { durable: false })
  wimlib('export', source, 'all', join(folder, 'solid.esd'), '--solid')
  wimlib('split', source, join(folder, 'set.swm'), '0.15')
  const set = await Promise.all(
    ['set.swm', ...Array.from({ length: 9 }, (_, index) => `set${index + 2}.swm`)].map(name =>
      fromFile(join(folder, name)).catch(() => undefined),
    ),
  )
  const [first, ...others] = set.filter(part => part !== undefined)
  t.true(others.length > 0)
  for (const wim of [await readWim(await fromFile(join(folder, 'solid.esd'))), await readWim(first!, others)]) {
    const path = join(folder, `${wim.parts.length}.wim`)
    const { bytes } = await exportImages(wim, [2])
    await writeFile(path, bytes, { durable: false })
    t.regex(wimlib('verify', path), /successfully verified/)
    t.is((await readWim(bytes)).blobs.size, 2)
    t.deepEqual(await verifyWim(await readWim(bytes)), [])
  }
})
