import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  chownSync,
  linkSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { type Entry, fromFile, fromMemory, read, writeFile } from '@bootwright/bytes'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { createWim, extractImage, imageEntries, readImage, readWim } from '../src/index.ts'
import { date, file, tree } from './sample.ts'

const test = needs(anyTest as TestFn, 'wimlib-imagex')
const wimlib = (...args: string[]): string => execFileSync('wimlib-imagex', args, { encoding: 'utf8', stdio: 'pipe' })

/** Everything that can be seen of a folder, by path. */
function seen(folder: string): Record<string, string> {
  const facts: Record<string, string> = {}
  const inodes = new Map<number, string>()
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const whole = join(folder, path)
    const stats = lstatSync(whole)
    const other = stats.isFile() && stats.nlink > 1 ? inodes.get(stats.ino) : undefined
    inodes.set(stats.ino, path)
    const content = stats.isFile() ? createHash('sha1').update(readFileSync(whole)).digest('hex') : ''
    const target = stats.isSymbolicLink() ? readlinkSync(whole) : ''
    facts[path] = [
      stats.mode.toString(8),
      stats.uid,
      stats.gid,
      Math.round(stats.mtimeMs * 100),
      content,
      target,
      other,
    ].join(' ')
  }
  return facts
}

/** What systems like this one have beside contents. */
function makeSource(folder: string): string {
  const source = join(folder, 'source')
  mkdirSync(join(source, 'a/b/c'), { recursive: true, mode: 0o750 })
  writeFileSync(join(source, 'a/text'), 'text '.repeat(20_000), { mode: 0o640 })
  writeFileSync(join(source, 'a/b/same'), 'text '.repeat(20_000))
  writeFileSync(join(source, 'program'), 'x')
  chmodSync(join(source, 'program'), 0o4755)
  writeFileSync(join(source, 'empty'), '')
  linkSync(join(source, 'a/text'), join(source, 'a/b/c/hard'))
  linkSync(join(source, 'empty'), join(source, 'a/empty too'))
  symlinkSync('a/text', join(source, 'soft'))
  symlinkSync('/a/text', join(source, 'absolute'))
  if (process.getuid?.() === 0) chownSync(join(source, 'program'), 1234, 5678)
  // Times that seconds as a double hold exactly: others would differ by a rounding.
  for (const [index, path] of readdirSync(source, { recursive: true, encoding: 'utf8' }).sort().entries())
    lutimesSync(join(source, path), 1_700_000_000.5, 1_700_000_000.25 + index)
  return source
}

test('what wimlib captured comes out again: contents, modes, owners, times, links', async t => {
  const folder = scratch()
  const source = makeSource(folder)
  for (const [index, options] of [['--compress=lzx'], ['--solid', '--solid-chunk-size=64K']].entries()) {
    const [wimFile, extracted] = [join(folder, `${index}.wim`), join(folder, `${index}`)]
    wimlib('capture', source, wimFile, 'image', '--unix-data', '--norpfix', ...options)
    const wim = await readWim(await fromFile(wimFile))
    t.deepEqual(await extractImage(wim, await readImage(wim, 1), extracted), [])
    t.deepEqual(seen(extracted), seen(source))
  }
})
test('what we captured comes out again, by wimlib and by us', async t => {
  const folder = scratch()
  const source = makeSource(folder)
  const [wimFile, theirs, ours] = ['captured.wim', 'theirs', 'ours'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  const { bytes } = await createWim([{ folder: source }], { date, compression: 'lzx', hasUnixData: true })
  await writeFile(wimFile, bytes, { durable: false })
  t.regex(wimlib('verify', wimFile), /successfully verified/)
  wimlib('apply', wimFile, '1', theirs, '--unix-data', '--norpfix')
  t.deepEqual(seen(theirs), seen(source))
  const wim = await readWim(bytes)
  t.deepEqual(await extractImage(wim, await readImage(wim, 1), ours), [])
  t.deepEqual(seen(ours), seen(source))
  const again = await createWim([{ folder: source }], { date, compression: 'lzx', hasUnixData: true })
  t.is(again.header.guid, wim.header.guid)
})
test('the entries of an image make the same image again', async t => {
  const options = { date, compression: 'xpress', hasUnixData: true } as const
  const first = await createWim([{ tree }], options)
  const wim = await readWim(first.bytes)
  const second = await createWim([{ tree: await imageEntries(wim, await readImage(wim, 1)) }], options)
  t.is(second.header.guid, first.header.guid)
})
test('a link that leads out of the folder leads no file out of it', async t => {
  const folder = scratch()
  const [outside, inside] = [join(folder, 'outside'), join(folder, 'inside')]
  mkdirSync(outside)
  const hostile = new Map<string, Entry>([
    ['link', { kind: 'link', target: outside }],
    ['file', file('x')],
  ])
  const wim = await readWim((await createWim([{ tree: hostile }], { date, compression: 'none' })).bytes)
  const { root, security } = await readImage(wim, 1)
  const [folderBehindLink] = root.children!.filter(({ name }) => name === 'file')
  const children = [...root.children!, { ...folderBehindLink!, name: 'LINK/escaped' }]
  await t.throwsAsync(extractImage(wim, { root: { ...root, children }, security }, inside), { code: 'ENOENT' })
  t.deepEqual(readdirSync(outside), [])
})
test('a folder that has something in it is left alone, and a content that is not what its digest says is no file', async t => {
  const { bytes } = await createWim([{ tree: new Map([['text', file('x'.repeat(5000))]]) }], {
    date,
    compression: 'none',
  })
  const wim = await readWim(bytes)
  const image = await readImage(wim, 1)
  const folder = scratch()
  writeFileSync(join(folder, 'mine'), '')
  await t.throwsAsync(extractImage(wim, image, folder), { code: 'WIM_PATH' })
  const [blob] = wim.blobs.values()
  const whole = Buffer.from(await read(bytes))
  whole[blob!.resource.offset]! ^= 1
  const broken = await readWim(fromMemory(whole))
  await t.throwsAsync(extractImage(broken, image, join(folder, 'new')), { code: 'WIM_DIGEST' })
})
