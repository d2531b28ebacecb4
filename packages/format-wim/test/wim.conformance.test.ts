import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { linkSync, mkdirSync, readFileSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fromFile, read } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { readImage, readWim, verifyWim, walk } from '../src/index.ts'

const test = needs(anyTest as TestFn, 'wimlib-imagex')
const wimlib = (...args: string[]): string => execFileSync('wimlib-imagex', args, { encoding: 'utf8', stdio: 'pipe' })

/** A folder with what trips readers up; tests only read it. */
function makeTree(): string {
  const folder = join(scratch(), 'tree')
  mkdirSync(join(folder, 'a folder/deep/deeper'), { recursive: true })
  mkdirSync(join(folder, 'empty folder'))
  const text = 'The quick brown fox jumps over the lazy dog. '.repeat(5000)
  writeFileSync(join(folder, 'text.txt'), text)
  writeFileSync(join(folder, 'a folder/the same.txt'), text)
  writeFileSync(join(folder, 'a folder/deep/random.bin'), randomBytes(300_000))
  writeFileSync(join(folder, 'empty'), '')
  writeFileSync(join(folder, 'small'), 'x')
  writeFileSync(join(folder, 'Größe 日本語 😀.txt'), 'names in every script')
  writeFileSync(join(folder, 'program'), readFileSync(process.execPath).subarray(0, 3_000_000))
  writeFileSync(join(folder, 'sparse'), '')
  truncateSync(join(folder, 'sparse'), 5_000_000)
  linkSync(join(folder, 'text.txt'), join(folder, 'a folder/deep/deeper/hard link'))
  symlinkSync('a folder/the same.txt', join(folder, 'link'))
  for (let index = 0; index < 300; index++) writeFileSync(join(folder, 'a folder', `file ${index}`), `number ${index}`)
  return folder
}
const tree = makeTree()

for (const [kind, options] of Object.entries({
  'nothing compressed': ['--compress=none'],
  XPRESS: ['--compress=xpress'],
  'XPRESS in small chunks': ['--compress=xpress', '--chunk-size=4K'],
  LZX: ['--compress=lzx'],
  'LZX in large chunks': ['--compress=lzx', '--chunk-size=2M'],
  LZMS: ['--compress=lzms'],
  'solid LZMS': ['--solid', '--solid-chunk-size=1M'],
  'solid LZX': ['--solid', '--solid-compress=lzx:20', '--solid-chunk-size=128K'],
}))
  test(`a WIM of wimlib's is read, with ${kind}`, async t => {
    const file = join(scratch(), 'theirs.wim')
    wimlib('capture', tree, file, 'An image', 'Its description', '--unix-data', '--threads=1', ...options)
    const wim = await readWim(await fromFile(file))
    t.like(wim.images[0], { index: 1, name: 'An image', description: 'Its description' })
    t.deepEqual(await verifyWim(wim), [])
    const { root } = await readImage(wim, 1)
    const paths = [...walk(root)].map(({ path }) => `/${path}`).sort()
    t.deepEqual(paths, wimlib('dir', file, '1').trim().split('\n').sort())
    for (const { path, file: entry } of walk(root)) {
      if (entry.children || entry.reparse) continue
      const content = entry.sha1 === undefined ? Buffer.alloc(0) : await read(wim.blobs.get(entry.sha1)!.content)
      t.is(Buffer.compare(content, readFileSync(join(tree, path))), 0, path)
    }
    const files = new Map([...walk(root)].map(each => [each.path, each.file]))
    t.not(files.get('text.txt')!.linkGroup, 0n)
    t.is(files.get('text.txt')!.linkGroup, files.get('a folder/deep/deeper/hard link')!.linkGroup)
    t.is(files.get('link')!.reparse!.tag, 0xa000000c)
  })

test('a split WIM is read when all parts are there, and says what is missing', async t => {
  const folder = scratch()
  wimlib('capture', tree, join(folder, 'whole.wim'), 'An image', '--compress=xpress')
  wimlib('split', join(folder, 'whole.wim'), join(folder, 'part.swm'), '1')
  const [first, second, ...rest] = await Promise.all(
    ['part.swm', 'part2.swm', 'part3.swm'].map(name => fromFile(join(folder, name)).catch(() => undefined)),
  )
  const others = [second!, ...rest.filter(part => part !== undefined)]
  const wim = await readWim(first!, others.reverse())
  t.deepEqual(await verifyWim(wim), [])
  t.like(await t.throwsAsync(readWim(first!)), { code: 'WIM_PARTS' })
  t.like(await t.throwsAsync(readWim(first!, [first!, ...others])), { code: 'WIM_PARTS' })
})

test('a blob that was changed is found', async t => {
  const file = join(scratch(), 'theirs.wim')
  wimlib('capture', tree, file, 'An image', '--compress=lzx')
  const sound = await readWim(await fromFile(file))
  const [blob] = [...sound.blobs.values()].filter(({ size }) => size > 100_000)
  const bytes = readFileSync(file)
  bytes[blob!.resource.offset + (blob!.resource.sizeInWim >> 1)]! ^= 1
  writeFileSync(file, bytes)
  const faults = await verifyWim(await readWim(await fromFile(file)))
  t.deepEqual(
    faults.map(({ sha1 }) => sha1),
    [blob!.sha1],
  )
})
