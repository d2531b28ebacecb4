import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  concat,
  digest,
  type Entry,
  fromFile,
  fromFolder,
  fromMemory,
  sortTree,
  type Tree,
  writeFile,
  zeros,
} from '@bootwright/bytes'
import { needs } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import fc from 'fast-check'
import type { FatOptions } from '../src/structures/options.ts'
import { planFat } from '../src/write/plan-fat.ts'
import { run } from './tools.ts'
import { flat, trees } from './trees.ts'

const conformance: TestFn = needs(test, 'fsck.fat', 'mdir', 'mcopy', '7z')
const folder = mkdtempSync(join(tmpdir(), 'format-fat-'))
test.after.always(() => rmSync(folder, { recursive: true }))

const date = new Date('2024-05-06T07:08:08Z')
const file = (content: string | Uint8Array): Entry => ({ kind: 'file', content: fromMemory(content) })
let images = 0

/** Writes the volume of a tree; fsck.fat must find it clean, without a word about anything to mend. */
async function image(tree: Tree, options: Partial<FatOptions>): Promise<{ path: string; report: string }> {
  images += 1
  const path = join(folder, `${images}.img`)
  await writeFile(path, planFat(tree, { date, ...options }).bytes)
  return { path, report: run('fsck.fat', '-nv', path) }
}

const SAMPLE = new Map<string, Entry>([
  ['EFI/BOOT/BOOTX64.EFI', file(new Uint8Array(200_000).fill(0x4d))],
  ['readme.txt', file('hello')],
  ['Größe – 数据/a long name with spaces.tar.gz', file('abc')],
  ['empty folder', { kind: 'folder' }],
  ['empty', file('')],
  ['.hidden', file('dot')],
])
const SHAPES: readonly Partial<FatOptions>[] = [
  {},
  { type: 12, size: 1_474_560 },
  { type: 16 },
  { type: 32 },
  { sectorSize: 1024 },
  { sectorSize: 2048, type: 16 },
  { sectorSize: 4096, type: 32 },
  { clusterSize: 65_536, type: 16 },
  { clusterSize: 32_768, type: 32 },
  { size: 64 << 20 },
  { size: 3 * 2 ** 30 + 512 },
  { size: (100 << 20) + 512 * 77, type: 32 },
  { alignment: 1 << 20, hiddenSectors: 2048, free: 5 << 20 },
]

conformance('fsck.fat, mtools and 7z agree on volumes of every shape', async t => {
  const names = sortTree(SAMPLE).map(({ path, entry }) => `::/${path}${entry.kind === 'folder' ? '/' : ''}`)
  for (const shape of SHAPES) {
    const { path, report } = await image(SAMPLE, { label: 'Conformance', ...shape })
    t.notRegex(report, /differ|wrong|bad|mismatch|dirty|inconsist|lost|warning/i, JSON.stringify(shape))
    t.regex(report, /: 10 files, \d+\/\d+ clusters/)
    t.deepEqual(
      run('mdir', '-i', path, '-/', '-b', '::').trim().split('\n').sort(),
      names.toSorted(),
      JSON.stringify(shape),
    )
    t.regex(run('7z', 't', path), /Everything is Ok/)
    const listed = run('7z', 'l', '-slt', path)
    t.regex(listed, /^Label = CONFORMANCE$/m)
    t.regex(
      listed,
      /^Path = Größe – 数据\/a long name with spaces\.tar\.gz\nFolder = -\nSize = 3\n.*\nModified = 2024-05-06 07:08:08$/m,
    )
    t.regex(run('mlabel', '-s', '-i', path, '::'), /CONFORMANCE/)
    rmSync(path)
  }
})

conformance('a volume that is filled to the last cluster, and one that holds nothing', async t => {
  for (const type of [12, 16, 32] as const) {
    const free = planFat(SAMPLE, { date, type }).bytes.size
    t.regex((await image(SAMPLE, { type, size: free })).report, /\d+ files, (\d+)\/\d+ clusters/)
  }
  const full = await image(SAMPLE, {})
  t.regex(full.report, /9 files, (\d+)\/\1 clusters/)
  t.regex((await image(new Map(), {})).report, /0 files, 0\/1 clusters/)
})

conformance('mtools and 7z take out what was put in', async t => {
  await fc.assert(
    fc.asyncProperty(trees, fc.constantFrom<12 | 16 | 32 | undefined>(undefined, 16, 32), async (tree, type) => {
      const { path } = await image(tree, { type, label: 'x' })
      const into = mkdtempSync(join(folder, 'out'))
      run('7z', 'x', `-o${into}`, path)
      t.deepEqual(await flat(await fromFolder(into)), await flat(tree))
      rmSync(into, { recursive: true })

      // mtools knows names of 16-bit characters only.
      const names = [...new Set([...tree.keys()].map(path => path.split('/')[0]!))]
      const isInReach = ![...tree.keys()].some(path => /[^\0-\uffff]/u.test(path))
      if (isInReach && names.length > 0) {
        const other = mkdtempSync(join(folder, 'out'))
        run('mcopy', '-s', '-i', path, ...names.map(name => `::/${name}`), other)
        t.deepEqual(await flat(await fromFolder(other)), await flat(tree))
        rmSync(other, { recursive: true })
      }
      rmSync(path)
    }),
    { numRuns: 30 },
  )
})

conformance('five thousand files are clean and come out again', async t => {
  const pairs = Array.from(
    { length: 5000 },
    (_, index) => [`many/a file with a long name ${index}.data`, file(`${index}`)] as const,
  )
  const { path, report } = await image(new Map(pairs), {})
  t.regex(report, /5001 files/)
  const into = join(folder, 'many')
  mkdirSync(into)
  run('7z', 'x', `-o${into}`, path)
  t.is(readdirSync(join(into, 'many')).length, 5000)
  t.is(readFileSync(join(into, 'many/a file with a long name 4999.data'), 'utf8'), '4999')
})

conformance('a file of 3 GiB with holes is clean and has its content at both ends', async t => {
  const content = concat([fromMemory('first'), zeros(3 * 2 ** 30), fromMemory('last')])
  const { path, report } = await image(new Map<string, Entry>([['big.wim', { kind: 'file', content }]]), {})
  t.regex(report, /32 bit entries/)
  t.regex(run('7z', 'l', '-slt', path), /Size = 3221225481/)
  const plan = planFat(new Map<string, Entry>([['big.wim', { kind: 'file', content }]]), { date })
  t.is(plan.bytes.size, (await fromFile(path)).size)
  rmSync(path)
})

conformance('what 7z takes out of a volume has the digest of what went in', async t => {
  const data = new Uint8Array(5_000_001).map((_, index) => index * 31)
  const { path } = await image(new Map([['data.bin', file(data)]]), { type: 32 })
  const into = join(folder, 'data')
  run('7z', 'x', `-o${into}`, path)
  t.is(await digest(await fromFile(join(into, 'data.bin'))), await digest(fromMemory(data)))
})
