import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, fromMemory, readText, writeFile } from '@bootwright/bytes'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { sha256 } from '../../src/content/canonical.ts'
import { openLibrary } from '../../src/content/library.ts'
import { ended, start } from '../processes.ts'

const signal = new AbortController().signal
const files = (texts: Readonly<Record<string, string>>): ReadonlyMap<string, Bytes> =>
  new Map(Object.entries(texts).map(([name, text]) => [name, fromMemory(text)]))
const textsOf = async (found: ReadonlyMap<string, Bytes>): Promise<Record<string, string>> =>
  Object.fromEntries(await Promise.all([...found].map(async ([name, bytes]) => [name, await readText(bytes)] as const)))
const key = { name: 'demo', inputs: { version: 1 } }
const fails = (): Promise<never> => Promise.reject(new Error('created again'))

test('an artifact is created once for equal keys', async t => {
  const library = openLibrary(scratch(), signal)
  t.deepEqual(await textsOf(await library.artifact(key, async () => files({ b: '2', a: '1' }))), { a: '1', b: '2' })
  t.deepEqual(await textsOf(await library.artifact({ inputs: { version: 1 }, name: 'demo' }, fails)), {
    a: '1',
    b: '2',
  })
  await t.throwsAsync(library.artifact({ ...key, inputs: { version: 2 } }, fails), { message: 'created again' })
})

test('the library is an OCI image layout: every descriptor names a blob of that size and digest', async t => {
  const folder = scratch()
  await openLibrary(folder, signal).artifact(key, async () => files({ 'boot/kernel': 'kernel', empty: '' }))
  const json = async (path: string): Promise<unknown> => JSON.parse(await fs.readFile(join(folder, path), 'utf8'))
  t.deepEqual(await json('oci-layout'), { imageLayoutVersion: '1.0.0' })
  const { manifests, schemaVersion } = (await json('index.json')) as {
    manifests: { digest: string; size: number; mediaType: string }[]
    schemaVersion: number
  }
  t.is(schemaVersion, 2)
  const blob = async ({ digest, size }: { digest: string; size: number }): Promise<Buffer> => {
    const data = await fs.readFile(join(folder, 'blobs/sha256', digest.replace('sha256:', '')))
    t.is(data.length, size)
    t.is(`sha256:${sha256(data)}`, digest)
    return data
  }
  t.is(manifests[0]?.mediaType, 'application/vnd.oci.image.manifest.v1+json')
  const manifest = JSON.parse((await blob(manifests[0]!)).toString())
  t.is((await blob(manifest.config)).toString(), '{}')
  t.deepEqual(await Promise.all(manifest.layers.map(async (layer: never) => (await blob(layer)).toString())), [
    'kernel',
    '',
  ])
})

test('a damaged or missing blob is created again', async t => {
  const folder = scratch()
  const make = async (): Promise<ReadonlyMap<string, Bytes>> => files({ a: 'content' })
  await openLibrary(folder, signal).artifact(key, make)
  const blob = join(folder, 'blobs/sha256', sha256('content'))
  for (const damage of [() => fs.writeFile(blob, 'CONTENT'), () => fs.writeFile(blob, 'cut'), () => fs.rm(blob)]) {
    await damage()
    await t.throwsAsync(openLibrary(folder, signal).artifact(key, fails), { message: 'created again' })
    t.deepEqual(await textsOf(await openLibrary(folder, signal).artifact(key, make)), { a: 'content' })
  }
})

test('a shared blob is not replaced, so a medium planned from it can be written', async t => {
  const folder = scratch()
  const library = openLibrary(folder, signal)
  const first = await library.artifact(key, async () => files({ kernel: 'shared' }))
  await library.artifact({ name: 'other', inputs: 1 }, async () => files({ vmlinuz: 'shared' }))
  await t.notThrowsAsync(writeFile(join(folder, 'out.img'), first.get('kernel')!))
})

test('entries of other tools stay in the index, and are not treated as artifacts', async t => {
  const folder = scratch()
  const foreign = {
    mediaType: 'x',
    digest: 'sha512:../../etc',
    size: 1,
    annotations: { 'org.opencontainers.image.ref.name': 'latest' },
  }
  await fs.writeFile(join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests: [foreign] }))
  await openLibrary(folder, signal).artifact(key, async () => files({ a: '1' }))
  const { manifests } = JSON.parse(await fs.readFile(join(folder, 'index.json'), 'utf8'))
  t.is(manifests.length, 2)
  t.deepEqual(manifests[0], foreign)
})

for (const text of ['{"manif', '{}', '{"manifests":[{}]}'])
  test(`a damaged index is named: ${text}`, async t => {
    const folder = scratch()
    const path = join(folder, 'index.json')
    await fs.writeFile(path, text)
    t.like(await t.throwsAsync(openLibrary(folder, signal).artifact(key, fails)), { code: 'LIBRARY_DAMAGED', path })
  })

test('an abandoned blob is removed after a day, and a recent one stays', async t => {
  const folder = scratch()
  const incoming = join(folder, 'incoming')
  await fs.mkdir(incoming)
  await fs.writeFile(join(incoming, 'old'), '')
  await fs.writeFile(join(incoming, 'young'), '')
  const yesterday = new Date(Date.now() - 25 * 3600 * 1000)
  await fs.utimes(join(incoming, 'old'), yesterday, yesterday)
  await openLibrary(folder, signal).artifact(key, async () => files({ a: '1' }))
  t.deepEqual(await fs.readdir(incoming), ['young'])
})

test('a factory that fails leaves neither a lock nor a partial artifact', async t => {
  const folder = scratch()
  await t.throwsAsync(openLibrary(folder, signal).artifact(key, fails))
  t.deepEqual(await fs.readdir(join(folder, 'locks')), [])
  await t.notThrowsAsync(openLibrary(folder, signal).artifact(key, async () => files({ a: '1' })))
})

test('concurrent processes create each artifact once and lose none', async t => {
  const folder = scratch()
  const all = await Promise.all([1, 2, 3].map(() => ended(start(import.meta.url, './filling.ts', folder, 'fill'))))
  for (const { code, errors } of all) t.is(code, 0, errors)
  t.deepEqual(new Set(all.map(({ output }) => output)).size, 1)
  const log = (await fs.readFile(join(folder, 'created.log'), 'utf8')).trim().split('\n').sort()
  t.deepEqual(log, ['0', '1', '2', '3'])
  const { manifests } = JSON.parse(await fs.readFile(join(folder, 'index.json'), 'utf8'))
  t.is(manifests.length, 4)
  t.deepEqual(await fs.readdir(join(folder, 'locks')), [])
  t.deepEqual(await fs.readdir(join(folder, 'incoming')), [])
})

test('a lock of a killed process is taken over', async t => {
  const folder = scratch()
  const holder = start(import.meta.url, './filling.ts', folder, 'hold')
  await new Promise(resolve => holder.stdout?.once('data', resolve))
  const gone = ended(holder)
  holder.kill('SIGKILL')
  await gone
  t.is((await fs.readdir(join(folder, 'locks'))).length, 1)
  const began = performance.now()
  const found = await openLibrary(folder, signal).artifact({ name: 'held', inputs: 0 }, async () =>
    files({ a: 'next' }),
  )
  t.deepEqual(await textsOf(found), { a: 'next' })
  t.log(`went on after ${((performance.now() - began) / 1000).toFixed(1)} s`)
})

test('an abort ends the wait for a lock with its reason', async t => {
  const folder = scratch()
  const holder = start(import.meta.url, './filling.ts', folder, 'hold')
  t.teardown(() => holder.kill('SIGKILL'))
  await new Promise(resolve => holder.stdout?.once('data', resolve))
  const controller = new AbortController()
  const reason = new Error('interrupted')
  const waiting = openLibrary(folder, controller.signal).artifact({ name: 'held', inputs: 0 }, fails)
  setImmediate(() => controller.abort(reason))
  t.is(await t.throwsAsync(waiting), reason)
})
