import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { type ContentItem, contentBlobPath, encrypted, piecePath } from '@bootwright/medium-format'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { mountedFiles } from '../../src/computer/mounted-files.ts'
import { type ContentOptions, contents } from '../../src/content/contents.ts'
import type { MediaSet } from '../../src/content/media-set.ts'

const sha256 = (data: string): string => createHash('sha256').update(data).digest('hex')
const DATA = { 'setup.sh': 'echo hello', 'data/big': 'x'.repeat(100_000) }
const item: ContentItem = {
  kind: 'package',
  name: 'tools',
  files: Object.entries(DATA).map(([path, data]) => ({ path, size: data.length, sha256: sha256(data) })),
}

async function put(root: string, path: string, data: string): Promise<void> {
  await mkdir(dirname(join(root, path)), { recursive: true })
  await writeFile(join(root, path), data)
}
async function mediumWith(files: readonly string[]): Promise<string> {
  const root = scratch()
  for (const data of files) await put(root, contentBlobPath(sha256(data)), data)
  return root
}
function open(roots: () => readonly string[], set?: MediaSet, more: Partial<ContentOptions> = {}) {
  const folder = scratch()
  return contents({
    items: [item],
    volumes: async () => roots().map(mountedFiles),
    set,
    folder: async () => folder,
    onProgress: () => {},
    ...more,
  })
}

test('a copy contains every file, verified, and a second copy is the first', async t => {
  const root = await mediumWith(Object.values(DATA))
  const content = await open(() => [root]).get('package', 'tools')
  const folder = await content.copy()
  t.is(await readFile(join(folder, 'data/big'), 'utf8'), DATA['data/big'])
  await writeFile(join(folder, 'own'), '')
  t.is(await content.copy(), folder)
  t.is(await content.path('setup.sh'), join(folder, 'setup.sh'))
})

test('a changed or missing file is refused by name and leaves no copy', async t => {
  const root = await mediumWith([DATA['setup.sh']])
  const content = await open(() => [root]).get('package', 'tools')
  await t.throwsAsync(content.copy(), { code: 'CONTENT_MISSING', message: /data\/big/ })
  await put(root, contentBlobPath(sha256(DATA['data/big'])), 'something else')
  await t.throwsAsync(content.copy(), { code: 'CONTENT_CHANGED', message: /data\/big/ })
  await t.throwsAsync(content.path('data/big'), { code: 'CONTENT_CHANGED' })
  await t.throwsAsync(open(() => [root]).get('application', 'tools'), {
    message: /contains no application "tools"; expected one of: none/,
  })
})

test('a file path that leads out of its folder is refused', async t => {
  const data = 'evil'
  const root = await mediumWith([data])
  const evil = { ...item, files: [{ path: '../../evil', size: data.length, sha256: sha256(data) }] }
  const folder = scratch()
  const all = contents({
    items: [evil],
    volumes: async () => [mountedFiles(root)],
    folder: async () => folder,
    onProgress: () => {},
  })
  await t.throwsAsync((await all.get('package', 'tools')).copy(), { code: 'CONTENT_CHANGED', message: /leads out/ })
})

test('the medium of a set that contains a file is prompted for, and pieces are joined', async t => {
  const big = contentBlobPath(sha256(DATA['data/big']))
  const small = contentBlobPath(sha256(DATA['setup.sh']))
  const [one, two] = [scratch(), scratch()]
  await put(one, piecePath(big, 0), DATA['data/big'].slice(0, 60_000))
  await put(two, piecePath(big, 1), DATA['data/big'].slice(60_000))
  await put(two, small, DATA['setup.sh'])
  let current = one
  const inserted: number[] = []
  const set: MediaSet = {
    locate: path => ({ [big]: [1, 2], [small]: [2] })[path],
    async insert(number) {
      inserted.push(number)
      current = number === 1 ? one : two
    },
  }
  const content = await open(() => [current], set).get('package', 'tools')
  const folder = await content.copy()
  t.is(await readFile(join(folder, 'data/big'), 'utf8'), DATA['data/big'])
  t.deepEqual(inserted, [2, 1, 2])
  await rename(join(two, piecePath(big, 1)), join(two, 'gone'))
  t.is(await readFile(await content.path('data/big'), 'utf8'), DATA['data/big'])
})

test('encrypted contents are decrypted with the key of the medium, whole or in pieces', async t => {
  const key = Buffer.alloc(32, 7)
  const plain = DATA['data/big']
  const pieces: Uint8Array[] = []
  for await (const piece of encrypted([Buffer.from(plain)] as never, key, sha256(plain))) pieces.push(piece)
  const stored = Buffer.concat(pieces)
  const digest = createHash('sha256').update(stored).digest('hex')
  const secret: ContentItem = {
    kind: 'package',
    name: 'secret',
    files: [{ path: 'big', size: stored.length, sha256: digest, isEncrypted: true }],
  }
  const blob = contentBlobPath(digest)
  const [whole, one, two] = [scratch(), scratch(), scratch()]
  for (const [root, path, data] of [
    [whole, blob, stored],
    [one, piecePath(blob, 0), stored.subarray(0, 70_000)],
    [two, piecePath(blob, 1), stored.subarray(70_000)],
  ] as const) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), data)
  }
  const all = open(() => [whole], undefined, { items: [secret], key })
  const content = await all.get('package', 'secret')
  const path = await content.path('big')
  t.is(await readFile(path, 'utf8'), plain)
  t.is(await readFile(join(await content.copy(), 'big'), 'utf8'), plain)
  await all.tidy()
  await t.throwsAsync(readFile(path), { code: 'ENOENT' })

  let current = one
  const set: MediaSet = {
    locate: () => [1, 2],
    async insert(number) {
      current = number === 1 ? one : two
    },
  }
  const spread = await open(() => [current], set, { items: [secret], key }).get('package', 'secret')
  t.is(await readFile(await spread.path('big'), 'utf8'), plain)

  const without = await open(() => [whole], undefined, { items: [secret] }).get('package', 'secret')
  await t.throwsAsync(without.path('big'), { message: /big is encrypted, and this medium has no key/ })
  const other = open(() => [whole], undefined, { items: [secret], key: Buffer.alloc(32, 8) })
  await t.throwsAsync((await other.get('package', 'secret')).path('big'), { code: 'CONTENT_CHANGED' })
})
