import { fromMemory, read, zeros } from '@bootwright/bytes'
import test from 'ava'
import fc from 'fast-check'
import { IsoError, planIso, readIso } from '../../src/index.ts'
import type { IsoOptions } from '../../src/options.ts'
import { described, file, imageOf, OPTIONS, readAs, treeOf, trees } from '../volume.ts'

const offsetsOf = (tree: Parameters<typeof planIso>[0], options: IsoOptions = OPTIONS): Record<string, number> =>
  Object.fromEntries(planIso(tree, options).extents.map(({ path, offset }) => [path, offset]))

test('whatever tree goes in comes out with its Rock Ridge names', async t => {
  const property = fc.asyncProperty(trees, fc.boolean(), async (tree, relaxedNames) => {
    const image = await readIso(planIso(tree, { ...OPTIONS, relaxedNames }).bytes)
    t.is(image.names, 'rock ridge')
    t.deepEqual(await described(image.tree), await described(tree))
  })
  await t.notThrowsAsync(fc.assert(property, { numRuns: 150 }))
})

test('every file is in the Joliet hierarchy and in the primary one, under legal names that differ without regard to case', async t => {
  const property = fc.asyncProperty(trees, async tree => {
    const { bytes } = planIso(tree, OPTIONS)
    const contents = async (of: typeof tree): Promise<string[]> => {
      const files = [...of.values()].flatMap(entry => (entry.kind === 'file' ? [entry.content] : []))
      return (await Promise.all(files.map(async content => Buffer.from(await read(content)).toString('hex'))))
        .filter(Boolean)
        .sort()
    }
    const joliet = (await readAs(bytes, 'joliet')).tree
    const primary = (await readAs(bytes, 'iso 9660')).tree
    t.deepEqual(await contents(joliet), await contents(tree))
    t.deepEqual(await contents(primary), await contents(tree))
    t.is(new Set([...joliet.keys()].map(path => path.toLowerCase())).size, joliet.size)
    for (const [path, { kind }] of primary)
      t.regex(
        path.split('/').at(-1)!,
        kind === 'folder' ? /^[A-Z0-9_]{1,31}$/ : /^(?=.{1,31}$)[A-Z0-9_]+(\.[A-Z0-9_]+)?$/,
      )
    for (const path of joliet.keys()) t.regex(path.split('/').at(-1)!, /^(?!.*[*/:;?\\])[ -\uffff]{1,64}(?<![. ])$/s)
  })
  await t.notThrowsAsync(fc.assert(property, { numRuns: 100 }))
})

test('relaxed names differ for a reader that knows neither Rock Ridge nor Joliet', async t => {
  const property = fc.asyncProperty(trees, async tree => {
    const { bytes } = planIso(tree, { ...OPTIONS, relaxedNames: true })
    const { tree: primary } = await readAs(bytes, 'iso 9660')
    const entries = (await readAs(planIso(tree, OPTIONS).bytes, 'iso 9660')).tree.size
    t.is(new Set([...primary.keys()].map(path => path.toLowerCase())).size, entries)
    for (const path of primary.keys()) t.regex(path.split('/').at(-1)!, /^[ -:<-~]{1,37}(?<![. ])$/)
  })
  await t.notThrowsAsync(fc.assert(property, { numRuns: 100 }))
})

test('the same tree and options make the same bytes, whatever the order of the tree', async t => {
  const tree = treeOf({ b: '2', a: '1', 'c/d': '3' })
  t.deepEqual(await imageOf(new Map([...tree].reverse())), await imageOf(tree))
})

test('what changes rarely comes first, what changes often last, and by path within', t => {
  const of = (change: 'rarely' | 'often') => file('x', { change })
  const offsets = offsetsOf(
    new Map([
      ['a', of('often')],
      ['b', file('x')],
      ['c', of('rarely')],
      ['d', of('rarely')],
      ['e', file('x')],
    ]),
  )
  t.deepEqual(
    Object.keys(offsets).sort((a, b) => offsets[a]! - offsets[b]!),
    ['c', 'd', 'b', 'e', 'a'],
  )
})

test('a file that changes often moves no other file, and no directory', async t => {
  const treeWith = (size: number) =>
    new Map([
      ['kernel', file('k'.repeat(9000))],
      ['config', file('c'.repeat(size), { change: 'often' })],
    ])
  const [before, after] = [await imageOf(treeWith(10)), await imageOf(treeWith(3000))]
  t.is(offsetsOf(treeWith(10)).kernel, offsetsOf(treeWith(3000)).kernel)
  const differing = [...Array(before.length / 2048).keys()].filter(
    block =>
      !before.subarray(block * 2048, (block + 1) * 2048).equals(after.subarray(block * 2048, (block + 1) * 2048)),
  )
  // Two descriptors, two root directories and the file: nothing else.
  t.is(differing.length, 5)
})

test('files with the very same Bytes share their blocks', t => {
  const content = fromMemory('shared')
  const offsets = offsetsOf(
    new Map([
      ['a', { kind: 'file', content }],
      ['b', { kind: 'file', content }],
      ['c', file('shared')],
    ]),
  )
  t.is(offsets.a, offsets.b)
  t.not(offsets.a, offsets.c)
})

test('the plan says where each file is', async t => {
  const contents: Record<string, string> = { a: 'first', 'b/c': 'second', empty: '' }
  const tree = treeOf(contents)
  const plan = planIso(tree, OPTIONS)
  for (const { path, offset, size } of plan.extents) {
    t.is(Buffer.from(await read(plan.bytes, offset, size)).toString(), contents[path] ?? '')
  }
  t.is(plan.extents.length, 3)
})

test('the system area of a volume that is no disk is empty', async t => {
  t.true((await imageOf(treeOf({ a: 'x' }))).subarray(0, 16 * 2048).every(byte => byte === 0))
})

test('labels are cut for each descriptor', async t => {
  const plan = planIso(new Map(), { ...OPTIONS, label: 'Bereitstellungsmedium für Köln 2024' })
  const image = await readIso(plan.bytes)
  t.is(plan.label, 'BEREITSTELLUNGSMEDIUM_F_R_K_LN_2')
  t.is(plan.jolietLabel, 'Bereitstellungsm')
  t.deepEqual([image.label, image.jolietLabel], [plan.label, plan.jolietLabel])
})

test('publisher, application and date are kept', async t => {
  const { publisher, application, date, blocks } = await readIso(
    planIso(new Map(), { ...OPTIONS, publisher: 'Contoso', application: 'Bootwright' }).bytes,
  )
  t.deepEqual({ publisher, application, date }, { publisher: 'Contoso', application: 'Bootwright', date: OPTIONS.date })
  t.is(blocks * 2048, planIso(new Map(), OPTIONS).bytes.size)
})

const refused: [string, IsoError['code'], () => unknown][] = [
  ['a name of more than 255 bytes', 'NAME_TOO_LONG', () => planIso(treeOf({ ['é'.repeat(128)]: '' }), OPTIONS)],
  ['half a surrogate pair', 'NAME_NOT_UNICODE', () => planIso(treeOf({ 'a\ud800': '' }), OPTIONS)],
  [
    'a path that cannot be opened',
    'PATH_TOO_LONG',
    () => planIso(treeOf({ [Array(40).fill('n'.repeat(110)).join('/')]: '' }), OPTIONS),
  ],
  [
    'a link that xorriso refuses',
    'LINK_TOO_LONG',
    () => planIso(new Map([['a', { kind: 'link', target: 'x'.repeat(1024) }]]), OPTIONS),
  ],
  [
    'a date that has no year byte',
    'DATE_OUTSIDE',
    () => planIso(new Map(), { ...OPTIONS, date: new Date('2156-01-01') }),
  ],
  ['no date', 'DATE_OUTSIDE', () => planIso(new Map(), { ...OPTIONS, date: new Date(Number.NaN) })],
  [
    'more blocks than have numbers',
    'TOO_LARGE',
    () => planIso(new Map([['a', { kind: 'file', content: zeros(2 ** 43) }]]), OPTIONS),
  ],
  [
    'a boot file that is missing',
    'BOOT_FILE',
    () => planIso(new Map(), { ...OPTIONS, boot: [{ platform: 'uefi', path: 'a' }] }),
  ],
  [
    'a boot file that is a folder',
    'BOOT_FILE',
    () => planIso(treeOf({ 'a/b': 'x' }), { ...OPTIONS, boot: [{ platform: 'uefi', path: 'a' }] }),
  ],
  [
    'a boot file too small for its table',
    'BOOT_FILE',
    () => planIso(treeOf({ a: 'x' }), { ...OPTIONS, boot: [{ platform: 'bios', path: 'a', bootInfoTable: true }] }),
  ],
  [
    'more boot entries than fit',
    'TOO_MANY_BOOT_ENTRIES',
    () => planIso(treeOf({ a: 'x' }), { ...OPTIONS, boot: Array(33).fill({ platform: 'uefi', path: 'a' }) }),
  ],
]
for (const [what, code, plan] of refused) {
  test(`refused: ${what}`, t => {
    t.like(t.throws(plan, { instanceOf: IsoError }), { code })
  })
}
