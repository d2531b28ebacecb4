import { type Entry, fromMemory, read, readText, slice, type Tree, zeros } from '@bootwright/bytes'
import test, { type ExecutionContext } from 'ava'
import fc from 'fast-check'
import { FatError } from '../../src/error.ts'
import { readFat } from '../../src/read/read-fat.ts'
import type { FatOptions, FatType } from '../../src/structures/options.ts'
import { planFat } from '../../src/write/plan-fat.ts'
import { flat, trees } from '../trees.ts'

const date = new Date('2024-05-06T07:08:09Z')
const file = (content: string | Uint8Array): Entry => ({ kind: 'file', content: fromMemory(content) })

test('what goes in comes out again, in every type, sector and cluster size', async t => {
  const options = fc.record({
    type: fc.constantFrom<FatType | undefined>(undefined, 12, 16, 32),
    sectorSize: fc.constantFrom(undefined, 512, 1024, 2048, 4096),
    clusterSize: fc.constantFrom(undefined, 4096, 32768),
    free: fc.nat(100_000),
    label: fc.constantFrom(undefined, 'Media 1'),
  })
  await fc.assert(
    fc.asyncProperty(trees, options, async (tree, chosen) => {
      const plan = planFat(tree, { date, ...chosen })
      const volume = await readFat(plan.bytes)
      t.deepEqual(await flat(volume.tree), await flat(tree))
      t.like(volume, { type: plan.type, label: plan.label, serial: plan.serial, clusterSize: plan.clusterSize })
      t.is(volume.size, plan.bytes.size)
      for (const { path, offset, size } of plan.extents) {
        const entry = tree.get(path)
        if (entry?.kind === 'file') t.deepEqual(await read(plan.bytes, offset, size), await read(entry.content))
      }
    }),
    { numRuns: 60 },
  )
})

test('five thousand files in one folder and forty folders deep', async t => {
  const many = Array.from(
    { length: 5000 },
    (_, index) => [`many/a file with a long name ${index}.data`, file(String(index))] as const,
  )
  const deep = Array.from({ length: 40 }, (_, index) => `folder ${index}`).join('/')
  const tree = new Map<string, Entry>([...many, [`${deep}/deepest`, file('found')]])
  for (const type of [16, 32] as const) {
    const volume = await readFat(planFat(tree, { date, type }).bytes)
    t.is(volume.tree.size, 5000 + 1 + 40 + 1)
    t.deepEqual(await flat(volume.tree), await flat(tree))
  }
})

test('a file of 3 GiB is one range of the volume', async t => {
  const tree = new Map<string, Entry>([['big', { kind: 'file', content: zeros(3 * 2 ** 30) }]])
  const volume = await readFat(planFat(tree, { date }).bytes)
  const entry = volume.tree.get('big')
  t.true(entry?.kind === 'file' && entry.content.size === 3 * 2 ** 30)
  t.true(entry?.kind === 'file' && [...entry.content.segments()].length === 1)
})

test('a label that stands only in the boot sector is read', async t => {
  const bytes = await small(16, { label: undefined })
  bytes.set(Buffer.from('BOOT LABEL '), 36 + 7)
  t.is((await readFat(fromMemory(bytes))).label, 'BOOT LABEL')
  t.is((await readFat(fromMemory(await small(16, { label: undefined })))).label, '')
})

const TREE: Tree = new Map([
  ['A.TXT', file(new Uint8Array(2000).fill(65))],
  ['FOLDER/B.TXT', file('b')],
])
/** Folders first: FOLDER has cluster 2, or 3 on FAT32, where the root has 2; A.TXT and B.TXT follow. */
const small = async (type: FatType, options: Partial<FatOptions> = {}): Promise<Buffer> =>
  Buffer.from(await read(planFat(TREE, { date, type, label: 'l', ...options }).bytes))
const errorOf = async (t: ExecutionContext, bytes: Uint8Array): Promise<FatError> =>
  await t.throwsAsync(readFat(fromMemory(bytes)), { instanceOf: FatError })

/** Changes the first table of a FAT16 volume, which begins behind `reserved` sectors. */
const link = (bytes: Buffer, cluster: number, next: number): Buffer => {
  bytes.writeUInt16LE(next, bytes.readUInt16LE(14) * 512 + cluster * 2)
  return bytes
}
const rootOf = (bytes: Buffer): Buffer => bytes.subarray((bytes.readUInt16LE(14) + 2 * bytes.readUInt16LE(22)) * 512)

test('hostile: a chain that runs in a circle', async t => {
  t.like(await errorOf(t, link(await small(16), 4, 3)), { code: 'FAT_CROSS_LINK', path: 'A.TXT' })
  t.like(await errorOf(t, link(await small(16), 2, 2)), { code: 'FAT_CROSS_LINK', path: 'FOLDER' })
})

test('hostile: two files in one cluster', async t => {
  const bytes = await small(16)
  rootOf(bytes).writeUInt16LE(2, 32 + 26)
  rootOf(bytes).writeUInt32LE(1, 32 + 28)
  t.is((await errorOf(t, bytes)).code, 'FAT_CROSS_LINK')
})

test('hostile: a folder inside itself', async t => {
  const bytes = await small(32)
  const data = bytes.length - 65_541 * 512
  // B.TXT becomes a folder that is its own parent.
  bytes[data + 512 + 64 + 11] = 0x10
  bytes.writeUInt16LE(3, data + 512 + 64 + 26)
  t.like(await errorOf(t, bytes), { code: 'FAT_CROSS_LINK', path: 'FOLDER/B.TXT' })
})

test('hostile: a chain that leaves the volume, meets a free or a bad cluster', async t => {
  for (const next of [0, 1, 0xfff0, 0xfff7])
    t.like(await errorOf(t, link(await small(16), 3, next)), { code: 'FAT_CHAIN', path: 'A.TXT' })
})

test('hostile: a size that the chain does not have', async t => {
  const bytes = await small(16)
  rootOf(bytes).writeUInt32LE(0xffffffff, 32 + 28)
  t.like(await errorOf(t, bytes), { code: 'FAT_CHAIN', path: 'A.TXT' })
  t.like(await errorOf(t, link(await small(16), 4, 0xffff)), { code: 'FAT_CHAIN', path: 'A.TXT' })
})

test('a chain that is longer than the size is cut', async t => {
  const bytes = await small(16)
  rootOf(bytes).writeUInt32LE(3, 32 + 28)
  const entry = (await readFat(fromMemory(bytes))).tree.get('A.TXT')
  t.is(entry?.kind === 'file' && (await readText(entry.content)), 'AAA')
})

test('hostile: names that would lead out of the tree, and names that are there twice', async t => {
  const named = async (name: string): Promise<FatError> => {
    const bytes = await small(16)
    rootOf(bytes).write(name, 32, 'latin1')
    return await errorOf(t, bytes)
  }
  t.is((await named('A/B     TXT')).code, 'FAT_NAME')
  t.is((await named('           ')).code, 'FAT_NAME')
  t.is((await named('FOLDER     ')).code, 'FAT_NAME_CLASH')
})

test('hostile: a folder of more than 2 MiB', async t => {
  const tree = new Map<string, Entry>([
    ['D', { kind: 'folder' }],
    ['FULL', file(new Uint8Array(3 * 2 ** 20).fill(0xe5))],
  ])
  const bytes = Buffer.from(await read(planFat(tree, { date, type: 16 }).bytes))
  rootOf(bytes)[32 + 11] = 0x10
  t.like(await errorOf(t, bytes), { code: 'FAT_FOLDER_FULL', path: 'FULL' })
})

test('hostile: thousands of entries, each of which costs a path of 32,000 characters', async t => {
  const deep = Array.from({ length: 128 }, () => 'x'.repeat(250)).join('/')
  const entries = Array.from({ length: 2300 }, (_, index) => String(index).padEnd(11) + '\0'.repeat(21)).join('')
  const bytes = Buffer.from(
    await read(planFat(new Map([[`${deep}/ENTRIES`, file(entries)]]), { date, type: 16 }).bytes),
  )
  bytes[bytes.indexOf('ENTRIES    ') + 11] = 0x10
  t.is((await errorOf(t, bytes)).code, 'FAT_TREE_TOO_LARGE')
})

test('hostile: a boot sector that lies about the size', async t => {
  const tooLarge = await small(16)
  tooLarge.writeUInt16LE(60_000, 19)
  t.is((await errorOf(t, tooLarge)).code, 'FAT_FIELD')
  const bytes = await small(16)
  t.is((await errorOf(t, bytes.subarray(0, bytes.length - 512))).code, 'FAT_TRUNCATED')
  t.is((await errorOf(t, bytes.subarray(0, 100))).code, 'FAT_TRUNCATED')
  const noData = await small(16)
  noData.writeUInt16LE(10, 19)
  t.is((await errorOf(t, noData)).code, 'FAT_FIELD')
  t.is((await t.throwsAsync(readFat(slice(zeros(2 ** 20), 0)), { instanceOf: FatError })).code, 'FAT_SIGNATURE')
})

test('hostile: whatever bits are turned, the answer is a volume or a FatError', async t => {
  for (const type of [12, 16, 32] as const) {
    const whole = await small(type, { free: 5000 })
    const data = type === 32 ? whole.length - 65_541 * 512 : rootOf(whole).byteOffset - whole.byteOffset
    const reserved = whole.readUInt16LE(14) * 512
    const place = fc.oneof(
      fc.integer({ min: 11, max: 90 }),
      fc.nat(15).map(at => reserved + at),
      fc.nat(1200).map(at => data + at),
    )
    const flips = fc.array(fc.tuple(place, fc.integer({ min: 1, max: 255 })), { minLength: 1, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(flips, async changes => {
        const undo = changes.map(([at]) => [at, whole[at]!] as const)
        for (const [at, mask] of changes) whole[at]! ^= mask
        const outcome = await readFat(fromMemory(whole)).catch(error => error)
        for (const [at, value] of undo) whole[at] = value
        t.true(outcome instanceof FatError || outcome.tree instanceof Map, String(outcome))
      }),
      { numRuns: 400 },
    )
  }
})
