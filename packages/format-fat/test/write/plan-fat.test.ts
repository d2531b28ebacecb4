import { digest, type Entry, fromMemory, read, type Tree, zeros } from '@bootwright/bytes'
import test, { type ExecutionContext } from 'ava'
import { FatError } from '../../src/error.ts'
import { readFat } from '../../src/read/read-fat.ts'
import type { FatOptions } from '../../src/structures/options.ts'
import { planFat } from '../../src/write/plan-fat.ts'

const date = new Date('2024-05-06T07:08:09Z')
const file = (text: string): Entry => ({ kind: 'file', content: fromMemory(text) })
const errorOf = (t: ExecutionContext, tree: Tree, options: Partial<FatOptions> = {}): FatError =>
  t.throws(() => planFat(tree, { date, ...options }), { instanceOf: FatError })

test('golden: the root folder of a small volume', async t => {
  const { bytes } = planFat(new Map([['A.TXT', file('hi')]]), { date, label: 'disk', type: 12 })
  const root = Buffer.from(await read(bytes, 512 * 3, 96)).toString('hex')
  t.is(root.slice(0, 64), `4449534b202020202020200800000000000000000000${'0439a658'}${'0000'}00000000`)
  t.is(root.slice(64, 128), `41202020202020205458542000${'64'}${'0439a658a658'}0000${'0439a658'}0200${'02000000'}`)
  t.is(root.slice(128), '00'.repeat(32))
})

test('FAT32 has FSInfo and a backup of both', async t => {
  const { bytes } = planFat(new Map([['A', file('hi')]]), { date, type: 32 })
  const head = Buffer.from(await read(bytes, 0, 8 * 512))
  t.deepEqual(head.subarray(0, 1024), head.subarray(6 * 512, 8 * 512))
  const clusters = 65_541
  t.is(head.readUInt32LE(512 + 488), clusters - 2)
  t.is(head.readUInt32LE(512 + 492), 4)
})

test('contents stay what they are, and extents say where they lie', async t => {
  const big = { kind: 'file', content: zeros(3 * 2 ** 30), change: 'often' } as const
  const plan = planFat(
    new Map<string, Entry>([
      ['big', big],
      ['folder/small', file('small')],
      ['empty', file('')],
    ]),
    { date },
  )
  t.is(plan.type, 32)
  t.deepEqual(
    plan.extents.map(({ path, size }) => [path, size]),
    [
      ['folder/small', 5],
      ['big', 3 * 2 ** 30],
    ],
  )
  const [small] = plan.extents
  t.is(Buffer.from(await read(plan.bytes, small!.offset, 5)).toString(), 'small')
  t.true(plan.extents.every(({ offset }) => offset % plan.clusterSize === 0))
})

test('files that change rarely lie first, files that change often last', t => {
  const tree = new Map<string, Entry>([
    ['a', { kind: 'file', content: fromMemory('1'), change: 'often' }],
    ['b', { kind: 'file', content: fromMemory('1') }],
    ['c', { kind: 'file', content: fromMemory('1'), change: 'rarely' }],
  ])
  t.deepEqual(
    planFat(tree, { date }).extents.map(({ path }) => path),
    ['c', 'b', 'a'],
  )
})

test('the same input gives the same volume, whatever the order; the seed gives the serial number', async t => {
  const one = planFat(
    new Map([
      ['x/b', file('1')],
      ['c', file('2')],
    ]),
    { date, label: 'l' },
  )
  const two = planFat(
    new Map([
      ['c', file('2')],
      ['x/b', file('1')],
    ]),
    { date, label: 'l' },
  )
  t.is(await digest(one.bytes), await digest(two.bytes))
  t.not(planFat(new Map(), { date, seed: 'a' }).serial, planFat(new Map(), { date, seed: 'b' }).serial)
})

test('alignment moves the first cluster, hidden sectors are written', async t => {
  const plan = planFat(new Map([['a', file('1')]]), { date, alignment: 2 ** 20, hiddenSectors: 2048 })
  t.is(plan.extents[0]!.offset, 2 ** 20)
  t.is(Buffer.from(await read(plan.bytes, 28, 4)).readUInt32LE(), 2048)
})

test('what FAT cannot hold is refused by name', t => {
  t.like(errorOf(t, new Map([['d/link', { kind: 'link', target: 'x' }]])), { code: 'FAT_LINK', path: 'd/link' })
  t.like(errorOf(t, new Map([['install.wim', { kind: 'file', content: zeros(2 ** 32) }]])), {
    code: 'FAT_FILE_TOO_LARGE',
    path: 'install.wim',
  })
  t.like(
    errorOf(
      t,
      new Map([
        ['d/Read', file('')],
        ['d/read', file('')],
      ]),
    ),
    { code: 'FAT_NAME_CLASH', path: 'd/read' },
  )
  t.like(
    errorOf(
      t,
      new Map([
        ['Ä/x', file('')],
        ['ä', file('')],
      ]),
    ),
    { code: 'FAT_NAME_CLASH' },
  )
  t.like(errorOf(t, new Map([['d/a:b', file('')]])), { code: 'FAT_NAME', path: 'd/a:b' })
  t.like(errorOf(t, new Map(), { date: new Date(0) }), { code: 'FAT_DATE' })
  t.notThrows(() => planFat(new Map([['largest', { kind: 'file', content: zeros(2 ** 32 - 1) }]]), { date }))
})

test('a folder that needs more than 65536 entries is refused', t => {
  const many = (count: number): Tree => new Map(Array.from({ length: count }, (_, index) => [`d/F${index}`, file('')]))
  t.notThrows(() => planFat(many(65_534), { date }))
  t.like(errorOf(t, many(65_535)), { code: 'FAT_FOLDER_FULL', path: 'd' })
})

test('with room for folders, files stay where they are when there are more of them, and the room is free', async t => {
  const tree = (count: number): Tree =>
    new Map<string, Entry>([
      ['large', file('l'.repeat(100_000))],
      ...Array.from({ length: count }, (_, index): [string, Entry] => [`a longer name ${index}`, file('')]),
    ])
  const options = { date, type: 32, clusterSize: 4096, folderRoom: 1 << 16, size: 300 << 20 } as const
  const placeOf = (count: number): number => planFat(tree(count), options).extents[0]!.offset
  t.is(placeOf(1), placeOf(400))
  t.not(placeOf(1), placeOf(1400))
  const { bytes } = planFat(tree(1), options)
  const boot = Buffer.from(await read(bytes, 0, 1024))
  const clusters = Math.floor(((300 << 20) - boot.readUInt16LE(14) * 512 - 2 * boot.readUInt32LE(36) * 512) / 4096)
  t.is(boot.readUInt32LE(512 + 488), clusters - 1 - Math.ceil(100_000 / 4096))
  const table = Buffer.from(await read(bytes, boot.readUInt16LE(14) * 512, 4 * 64))
  const entries = Array.from({ length: 18 }, (_, index) => table.readUInt32LE((index + 2) * 4))
  t.deepEqual(entries.slice(0, 16), [0x0fffffff, ...Array.from({ length: 15 }, () => 0)])
  t.is(entries[16], 19)
  t.is((await readFat(bytes)).tree.size, 2)
  t.like(errorOf(t, tree(1), { folderRoom: 5000 }), { code: 'FAT_OPTION' })
})
