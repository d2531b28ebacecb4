import { mkdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs'
import {
  type Bytes,
  concat,
  type Entry,
  type FileEntry,
  fromFile,
  fromFolder,
  fromMemory,
  read,
  zeros,
} from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { readIso } from '../src/index.ts'
import { SECTION_LIMIT } from '../src/structures/directory-record.ts'
import { linesOf, run, scratch, written, xorriso } from './fixtures.ts'
import { described, file, treeOf } from './volume.ts'

const conformance: TestFn = needs(test, 'xorriso', 'isoinfo', '7z', 'dd')

conformance('a hundred thousand files are seen by all and come out again', async t => {
  const nameOf = (index: number): string =>
    `folder ${index % 500}/a file with a long name, as content has ${index}.data`
  const tree = treeOf(Object.fromEntries(Array.from({ length: 100_000 }, (_, index) => [nameOf(index), `${index}`])))
  const path = await written(t, tree)

  const found = linesOf(await run('isoinfo', '-R', '-f', '-i', path)).filter(name => name.endsWith('.data'))
  t.deepEqual(
    found.filter(name => !tree.has(name.slice(1))),
    [],
  )
  t.is(new Set(found).size, 100_000)

  t.regex(await run('7z', 't', path), /^Everything is Ok\s+Folders: 500\s+Files: 100000\s+Size: +488890$/m)

  const located = await xorriso(t, '-indev', path, '-find', '/', '-type', 'f', '-exec', 'report_lba')
  t.is([...located.matchAll(/^File data lba:/gm)].length, 100_000)
  const into = `${path}.out`
  await xorriso(t, '-osirrox', 'on', '-indev', path, '-extract', '/folder 499', into)
  const extracted = await described(await fromFolder(into))
  t.is(Object.keys(extracted).length, 200)
  for (const name of Object.keys(extracted)) t.is(extracted[name], `file 644 ${/\d+/.exec(name)}`)
})

conformance(
  'a file of 6 GiB has its bytes at both ends and where its extents meet, and so has the file behind it',
  async t => {
    const marks = { start: 'the start', middle: 'where extents meet', end: 'the end' }
    const middle = SECTION_LIMIT - 5
    const content = concat([
      fromMemory(marks.start),
      zeros(middle - marks.start.length),
      fromMemory(marks.middle),
      zeros(6 * 2 ** 30 - middle),
      fromMemory(marks.end),
    ])
    const path = await written(
      t,
      new Map<string, Entry>([
        ['big.wim', { kind: 'file', content }],
        ['small.txt', file('behind it')],
      ]),
    )
    t.true(statSync(path).blocks * 512 < 1 << 24)

    const listed = await xorriso(t, '-indev', path, '-find', '/big.wim', '-exec', 'lsdl')
    t.regex(listed, new RegExp(` ${content.size} May .* '/big.wim'`))
    const places: [number, string][] = [
      [0, marks.start],
      [middle, marks.middle],
      [content.size - marks.end.length, marks.end],
    ]
    for (const [offset, text] of places) {
      const part = `${path}.${offset}`
      await xorriso(
        t,
        '-osirrox',
        'on',
        '-indev',
        path,
        '-extract_cut',
        '/big.wim',
        `${offset}`,
        `${text.length}`,
        part,
      )
      t.is(readFileSync(part, 'utf8'), text)
    }
    await xorriso(t, '-osirrox', 'on', '-indev', path, '-extract', '/small.txt', `${path}.small`)
    t.is(readFileSync(`${path}.small`, 'utf8'), 'behind it')

    const sizes = await run('7z', 'l', '-slt', path)
    t.regex(sizes, new RegExp(`^Path = big.wim\nFolder = -\nSize = ${content.size}$`, 'm'))
    const script = `7z x -so "$0" big.wim | tail -c +${middle + 1} | { head -c ${marks.middle.length}; tail -c ${marks.end.length}; }`
    t.is(await run('sh', '-c', script, path), marks.middle + marks.end)
    t.is(await run('sh', '-c', '7z x -so "$0" small.txt', path), 'behind it')
  },
)

conformance('a file of more than 4 GiB that xorriso writes is read to its end', async t => {
  const at = await scratch(t)
  const size = 2 ** 32 + 4101
  mkdirSync(at('from'))
  writeFileSync(at('from/big.wim'), 'the start')
  truncateSync(at('from/big.wim'), size - 7)
  writeFileSync(at('from/big.wim'), 'the end', { flag: 'a' })
  writeFileSync(at('from/small.txt'), 'behind it')
  // Through a pipe, to keep the holes.
  const script = 'xorriso -as mkisofs -R -iso-level 3 -o - "$0" | dd of="$1" bs=1M iflag=fullblock conv=sparse'
  await run('sh', '-c', script, at('from'), at('image.iso'))
  const { tree, extents } = await readIso(await fromFile(at('image.iso')))
  t.true(statSync(at('image.iso')).blocks * 512 < 1 << 24)
  t.is(extents.get('big.wim')!.length, 2)
  const contentOf = (path: string): Bytes => (tree.get(path) as FileEntry).content
  const textAt = async (path: string, offset: number, length: number): Promise<string> =>
    Buffer.from(await read(contentOf(path), offset, length)).toString()
  t.is(contentOf('big.wim').size, size)
  t.is(await textAt('big.wim', 0, 9), 'the start')
  t.is(await textAt('big.wim', size - 7, 7), 'the end')
  t.is(await textAt('small.txt', 0, 9), 'behind it')
})
