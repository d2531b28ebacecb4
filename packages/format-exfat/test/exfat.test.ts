import { type Bytes, type Entry, fromMemory, overlay, read, slice, zeros } from '@bootwright/bytes'
import test from 'ava'
import fc from 'fast-check'
import { nameHash } from '../src/entries.ts'
import { ExfatError, planExfat, readExfat } from '../src/index.ts'
import { decodeUpCaseTable, encodeUpCaseTable } from '../src/up-case-table.ts'
import { date, file, trees } from './sample.ts'

const contentOf = async (entry: Entry | undefined): Promise<string> =>
  entry?.kind === 'file' ? Buffer.from(await read(entry.content)).toString() : ''

test('the up-case table is the recommended one', t => {
  const upper = decodeUpCaseTable(encodeUpCaseTable())
  t.is(encodeUpCaseTable().length, 5836)
  t.is(
    String.fromCharCode(...[...'aß\u00e4\u0107\u0430'].map(each => upper[each.charCodeAt(0)]!)),
    'Aß\u00c4\u0106\u0410',
  )
  t.is(nameHash('a', upper), nameHash('A', upper))
})
test('files come out as they went in, where the plan says', async t => {
  const tree = trees['a few files']!
  const { bytes, extents, label } = planExfat(tree, { label: 'A label that is long', date })
  const volume = await readExfat(bytes)
  t.is(volume.label, label)
  t.is(label, 'A label tha')
  for (const [path, entry] of tree) {
    t.is(volume.tree.get(path)?.kind, entry.kind, path)
    t.is(await contentOf(volume.tree.get(path)), await contentOf(entry), path)
  }
  for (const { path, offset, size } of extents)
    t.is(Buffer.from(await read(bytes, offset, size)).toString(), await contentOf(tree.get(path)))
})
test('names that differ in the second half of a surrogate pair are two', async t => {
  const tree = new Map([
    ['\u{13000}', file('one')],
    ['\u{13001}', file('two')],
  ])
  t.deepEqual([...(await readExfat(planExfat(tree, { date }).bytes)).tree.keys()], [...tree.keys()])
})
test('any tree comes back', async t => {
  const name = fc
    .string({ minLength: 1, maxLength: 40, unit: 'grapheme' })
    .filter(text => !/["*/:<>?\\|\p{Cc}]/u.test(text) && text !== '.' && text !== '..')
  const upper = decodeUpCaseTable(encodeUpCaseTable())
  const folded = (text: string): string =>
    Array.from({ length: text.length }, (_, at) => upper[text.charCodeAt(at)]).join()
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(fc.tuple(name, name, fc.uint8Array({ maxLength: 9000 })), {
        selector: ([folder, own]) => `${folded(folder)}/${folded(own)}`,
        maxLength: 12,
      }),
      fc.constantFrom(512, 4096, 65_536),
      async (files, clusterSize) => {
        const folders = new Map(files.map(([folder]) => [folded(folder), folder]))
        const tree = new Map(
          files.map(([folder, own, data]) => [`${folders.get(folded(folder))}/${own}`, file(fromMemory(data))]),
        )
        const volume = await readExfat(planExfat(tree, { date, clusterSize }).bytes)
        t.is([...volume.tree.values()].filter(({ kind }) => kind === 'file').length, tree.size)
        for (const [path, entry] of tree) {
          const found = volume.tree.get(path)
          t.deepEqual(
            found?.kind === 'file' && (await read(found.content)),
            entry.kind === 'file' && (await read(entry.content)),
          )
        }
      },
    ),
    { numRuns: 60 },
  )
})
test('the same tree gives the same bytes; what changes often is last, and large before small', async t => {
  const tree = new Map<string, Entry>([
    ['often', { kind: 'file', content: fromMemory('o'), change: 'often' }],
    ['small', file('s')],
    ['large', file('l'.repeat(10_000))],
    ['rarely', { kind: 'file', content: fromMemory('r'), change: 'rarely' }],
  ])
  const [one, two] = [tree, new Map([...tree].reverse())].map(each => planExfat(each, { date, seed: 'x' }))
  t.deepEqual(await read(one!.bytes), await read(two!.bytes))
  t.deepEqual(
    one!.extents.map(({ path }) => path),
    ['rarely', 'large', 'small', 'often'],
  )
})
test('what exFAT cannot hold is refused by name', t => {
  const faultOf = (path: string, entry: Entry = file('x'), others: [string, Entry][] = []) =>
    t.throws(() => planExfat(new Map([...others, [path, entry]]), { date }), { instanceOf: ExfatError })
  t.like(faultOf('a:b'), { code: 'EXFAT_NAME', path: 'a:b' })
  t.like(faultOf('x'.repeat(256)), { code: 'EXFAT_NAME' })
  t.like(faultOf('link', { kind: 'link', target: 'a' }), { code: 'EXFAT_LINK' })
  t.like(faultOf('GRÜN', file(''), [['grün', file('')]]), { code: 'EXFAT_NAME_CLASH' })
  for (const options of [{ clusterSize: 3000 }, { size: 1000 }, { alignment: 5 }, { hiddenSectors: -1 }])
    t.like(
      t.throws(() => planExfat(new Map(), { date, ...options })),
      { code: 'EXFAT_OPTION' },
    )
  t.like(
    t.throws(() => planExfat(new Map([['a', file(zeros(1 << 20))]]), { date, size: 1 << 20 })),
    { code: 'EXFAT_VOLUME_FULL' },
  )
  t.like(
    t.throws(() => planExfat(new Map(), { date: new Date('1979-01-01') })),
    { code: 'EXFAT_OPTION' },
  )
})
test('a damaged volume is an ExfatError', async t => {
  const { bytes, extents } = planExfat(trees['a few files']!, { date })
  const codeOf = async (changed: Bytes): Promise<string> => {
    const error = await t.throwsAsync(readExfat(changed), { instanceOf: ExfatError })
    return (error as ExfatError).code
  }
  const patched = (offset: number, ...data: number[]): Bytes =>
    overlay(bytes, [{ offset, bytes: fromMemory(Uint8Array.from(data)) }])
  t.is(await codeOf(slice(bytes, 0, 100)), 'EXFAT_TRUNCATED')
  t.is(await codeOf(slice(bytes, 0, bytes.size - 512)), 'EXFAT_TRUNCATED')
  t.is(await codeOf(patched(3, 0)), 'EXFAT_SIGNATURE')
  t.is(await codeOf(patched(108, 30)), 'EXFAT_FIELD')
  t.is(await codeOf(patched(130, 1)), 'EXFAT_CHECKSUM')
  const inFolder = extents[0]!.offset - 4096 * 2
  let found = 0
  for (let at = 0; at < 8192; at += 32) {
    const changed = patched(inFolder + at + 5, 0x5a)
    await readExfat(changed).catch(error => {
      if (!(error instanceof ExfatError)) throw error
      found += 1
    })
  }
  t.true(found > 0)
})
