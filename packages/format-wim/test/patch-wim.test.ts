import { type Bytes, digest, fromMemory, read } from '@bootwright/bytes'
import test from 'ava'
import { type BlobStore, createWim, patchWim, readImage, readWim, verifyWim, walk } from '../src/index.ts'
import { date, file, tree } from './sample.ts'

test('the same trees and options give the same bytes, whatever the order of the files', async t => {
  const backwards = new Map([...tree].reverse())
  for (const compression of ['none', 'xpress', 'lzx'] as const) {
    const plans = await Promise.all([tree, backwards].map(each => createWim([{ tree: each }], { date, compression })))
    t.is(await digest(plans[0]!.bytes), await digest(plans[1]!.bytes), compression)
  }
})
test('the number of threads changes no byte', async t => {
  const words = Array.from({ length: 3000 }, (_, at) => (at * at).toString(36)).join(' ')
  const large = Buffer.from(words.repeat(1200)).subarray(0, 20 << 20)
  large.set(crypto.getRandomValues(new Uint8Array(50_000)), 7_000_000)
  const many = new Map([...tree, ['large', file(large)], ['half', file(large.subarray(10 << 20))]])
  const digests = new Set<string>()
  for (const threads of [1, 2, 3])
    digests.add(await digest((await createWim([{ tree: many }], { date, compression: 'xpress', threads })).bytes))
  t.is(digests.size, 1)
})
test('what is in a store is not compressed again', async t => {
  const kept = new Map<string, Bytes>()
  const made: string[] = []
  const store: BlobStore = {
    async keep(key, make) {
      const known = kept.get(key)
      if (known) return known
      made.push(key)
      const copy = fromMemory(await read(await make()))
      kept.set(key, copy)
      return copy
    },
  }
  const large = new Map([...tree, ['large', file('the same again and '.repeat(100_000))]])
  const plain = await createWim([{ tree: large }], { date, compression: 'xpress' })
  for (const round of ['first', 'second']) {
    const { bytes } = await createWim([{ tree: large }], { date, compression: 'xpress', store })
    t.is(await digest(bytes), await digest(plain.bytes), round)
  }
  t.is(made.length, 1)
})
test('what finds no room in memory is compressed again when it is written, and is the same', async t => {
  const words = Array.from({ length: 3000 }, (_, at) => (at * at).toString(36)).join(' ')
  const large = new Map([...tree, ['large', file(words.repeat(500))], ['half', file(words.repeat(200))]])
  const digests = new Set<string>()
  for (const memory of [undefined, 0, 1 << 20]) {
    const { bytes } = await createWim([{ tree: large }], { date, compression: 'xpress', memory })
    digests.add(await digest(bytes))
    t.is(
      [...bytes.segments()].some(({ kind }) => kind === 'computed'),
      memory !== undefined,
    )
  }
  t.is(digests.size, 1)
})
test('a content whose digest is remembered is not hashed again', async t => {
  const known = new Map<number, string>()
  const asked: number[] = []
  const digests = {
    async get({ size }: Bytes) {
      asked.push(size)
      return known.get(size)
    },
    set: async ({ size }: Bytes, sha1: string) => void known.set(size, sha1),
  }
  const large = new Map([...tree, ['large', file('the same again and '.repeat(100_000))]])
  const plans = []
  for (const _ of ['first', 'second'])
    plans.push(await createWim([{ tree: large }], { date, compression: 'none', digests }))
  t.is(await digest(plans[0]!.bytes), await digest(plans[1]!.bytes))
  t.deepEqual(asked, [1_900_000, 1_900_000])
  t.is(known.size, 1)
})
test('what is compressed already is taken as it is', async t => {
  const inner = await createWim([{ tree }], { date, compression: 'none' })
  const { bytes } = await createWim([{ tree: new Map([['install.wim', { kind: 'file', content: inner.bytes }]]) }], {
    date,
    compression: 'xpress',
  })
  const [blob] = (await readWim(bytes)).blobs.values()
  t.is(blob!.resource.sizeInWim, inner.bytes.size)
})
test('content that several files have is there once', async t => {
  const { bytes } = await createWim([{ tree }, { tree }], { date, compression: 'none' })
  const wim = await readWim(bytes)
  const sizes = new Map<string, number>()
  for (const entry of tree.values())
    if (entry.kind === 'file' && entry.content.size > 0)
      sizes.set(await digest(entry.content, 'sha1'), entry.content.size)
  for (const [sha1, size] of sizes) t.is(wim.blobs.get(sha1)!.size, size)
  t.is(wim.blobs.get(await digest(fromMemory('number 7'), 'sha1'))!.references, 2)
  t.is(wim.images.length, 2)
})
test('names that differ by case only are two, and names of the image are found whatever their case', async t => {
  const both = new Map([
    ['Sys/a', file('1')],
    ['sys/b', file('2')],
    ['Sys/A', file('3')],
  ])
  const { bytes } = await createWim([{ tree: both }], { date, compression: 'none' })
  const wim = await readWim(bytes)
  const pathsOf = async (of: typeof wim) => [...walk((await readImage(of, 1)).root)].map(({ path }) => path)
  t.deepEqual(await pathsOf(wim), ['', 'Sys', 'Sys/A', 'Sys/a', 'sys', 'sys/b'])
  const added = new Map([
    ['sys/B', file('4')],
    ['SYS/c', file('5')],
  ])
  const patched = await readWim((await patchWim(wim, { changed: new Map([[1, { added }]]) }, { date })).bytes)
  t.deepEqual(await pathsOf(patched), ['', 'Sys', 'Sys/A', 'Sys/a', 'sys', 'sys/b', 'sys/c'])
})
test('an encrypted ESD is told from what is broken', async t => {
  const wim = await readWim((await createWim([{ tree }], { date, compression: 'none' })).bytes)
  const { document } = wim.xml
  const esd = document.createElement('ESD')
  esd.appendChild(document.createElement('ENCRYPTED'))
  document.documentElement!.appendChild(esd)
  const { bytes } = await patchWim(wim, {}, { date })
  await t.throwsAsync(readWim(bytes), { code: 'WIM_ENCRYPTED', message: /encrypted ESD/ })
})
test('what cannot be changed says so', async t => {
  const { bytes } = await createWim([{ tree }], { date, compression: 'none' })
  const wim = await readWim(bytes)
  const change = (one: object) => patchWim(wim, { changed: new Map([[1, one]]) }, { date })
  await t.throwsAsync(change({ removed: ['not there'] }), { code: 'WIM_PATH' })
  await t.throwsAsync(change({ removed: ['text.txt/below'] }), { code: 'WIM_PATH' })
  await t.throwsAsync(change({ added: new Map([['text.txt/below', file('x')]]) }), { code: 'WIM_PATH' })
  await t.throwsAsync(change({ added: new Map([['A FOLDER', file('x')]]) }), { code: 'WIM_PATH' })
  await t.throwsAsync(patchWim(wim, { changed: new Map([[2, {}]]) }, { date }), { code: 'WIM_IMAGE' })
  await t.throwsAsync(patchWim(wim, {}, { date, bootIndex: 3 }), { code: 'WIM_IMAGE' })
  await t.throwsAsync(createWim([], { date, compression: 'lzx', chunkSize: 5000 }), { code: 'WIM_OPTION' })
})
test('nothing changed is the same image, and the source can be changed again and again', async t => {
  const { bytes } = await createWim([{ tree, words: { name: 'n' } }], { date, compression: 'lzx', hasIntegrity: true })
  const once = await patchWim(await readWim(bytes), { changed: new Map([[1, {}]]) }, { date })
  const again = await readWim(once.bytes)
  t.deepEqual(await verifyWim(again), [])
  const paths = async (wim: typeof again) => [...walk((await readImage(wim, 1)).root)].map(({ path }) => path)
  t.deepEqual(await paths(again), await paths(await readWim(bytes)))
  t.like(again.images[0], { name: 'n', files: 209, folders: 5 })
})
