import { type Bytes, type Entry, fromMemory, openReader, read, sortTree, type Tree } from '@bootwright/bytes'
import fc from 'fast-check'
import { planIso } from '../src/index.ts'
import type { IsoOptions } from '../src/options.ts'
import { jolietName, primaryName } from '../src/read/read-names.ts'
import { type ReadTree, readTree } from '../src/read/read-tree.ts'
import { readVolume } from '../src/read/read-volume.ts'

export const OPTIONS: IsoOptions = { label: 'Test volume', date: new Date('2024-05-06T07:08:09Z') }

export const file = (text: string | Uint8Array, more: Partial<Extract<Entry, { kind: 'file' }>> = {}): Entry => ({
  kind: 'file',
  content: fromMemory(text),
  ...more,
})

export const treeOf = (files: Record<string, string>): Tree =>
  new Map(Object.entries(files).map(([path, text]) => [path, file(text)]))

/** The image of a tree, in memory. */
export const imageOf = async (tree: Tree, options: Partial<IsoOptions> = {}): Promise<Buffer> =>
  Buffer.from((await read(planIso(tree, { ...OPTIONS, ...options }).bytes)).buffer)

/** A tree in a form that can be compared: every folder and default is written out, contents are text. */
export async function described(tree: Tree): Promise<Record<string, unknown>> {
  const result: [string, unknown][] = []
  for (const { path, entry } of sortTree(tree)) {
    if (entry.kind === 'link') result.push([path, `link to ${entry.target}`])
    else if (entry.kind === 'folder') result.push([path, `folder ${(entry.mode ?? 0o755).toString(8)}`])
    else {
      const content = Buffer.from(await read(entry.content)).toString('latin1')
      result.push([path, `file ${(entry.mode ?? 0o644).toString(8)} ${content}`])
    }
  }
  return Object.fromEntries(result)
}

/** The tree as a reader sees it that knows nothing better than `names`. */
export async function readAs(bytes: Bytes, names: 'joliet' | 'iso 9660'): Promise<ReadTree> {
  await using reader = openReader(bytes)
  const { primary, joliet } = await readVolume(reader)
  const isJoliet = names === 'joliet'
  const root = isJoliet ? joliet!.root : primary.root
  return await readTree(bytes, reader, { root, nameOf: isJoliet ? jolietName : primaryName, skippedBytes: undefined })
}

const name = fc
  .oneof(
    {
      weight: 4,
      arbitrary: fc.constantFrom(
        'a',
        'A',
        'a b',
        'a_b',
        'A_B',
        'a?b',
        'readme.txt',
        'README.TXT',
        'readme',
        '.hidden',
        'x.',
        'x.tar.gz',
      ),
    },
    {
      weight: 2,
      arbitrary: fc.constantFrom('ü', 'Ü', '日本語.txt', '💾.img', 'ﬀ', '-', 'a;1', 'a:b', 'a\\b', ' ', '\n'),
    },
    { weight: 1, arbitrary: fc.integer({ min: 60, max: 255 }).map(length => 'n'.repeat(length)) },
    { weight: 1, arbitrary: fc.integer({ min: 20, max: 63 }).map(length => `${'💾'.repeat(length)}.x`) },
    { weight: 2, arbitrary: fc.string({ unit: 'binary', minLength: 1, maxLength: 40 }) },
  )
  .filter(
    text =>
      /^[^/\0]+$/.test(text) && text !== '.' && text !== '..' && text.isWellFormed() && Buffer.byteLength(text) <= 255,
  )

const mode = fc.integer({ min: 0, max: 0o7777 })
const target = fc
  .oneof(
    fc.constantFrom('/', '..', '../a/./b//c/', '//x', 'y'.repeat(600)),
    fc.string({ unit: 'binary', maxLength: 200 }),
  )
  .filter(text => !text.includes('\0') && text.isWellFormed() && Buffer.byteLength(text) <= 1023)

const entry: fc.Arbitrary<Entry> = fc.oneof(
  fc
    .record({
      content: fc.string({ maxLength: 5000 }),
      mode,
      change: fc.constantFrom('rarely' as const, 'sometimes' as const, 'often' as const),
    })
    .map(({ content, ...more }) => file(content, more)),
  fc.record({ kind: fc.constant('folder' as const), mode }),
  fc.record({ kind: fc.constant('link' as const), target }),
)

/** Trees with clashing, long, deep and odd names. */
export const trees: fc.Arbitrary<Tree> = fc
  .array(
    fc.tuple(
      fc.oneof(
        { weight: 9, arbitrary: fc.array(name, { minLength: 1, maxLength: 4 }) },
        { weight: 1, arbitrary: fc.array(fc.constantFrom('d', 'D'), { minLength: 9, maxLength: 20 }) },
      ),
      entry,
    ),
    { maxLength: 40 },
  )
  .map(entries => {
    const tree = new Map<string, Entry>()
    const folders = new Set<string>()
    for (const [parts, entry] of entries) {
      const above = parts.slice(1).map((_, index) => parts.slice(0, index + 1).join('/'))
      const path = parts.join('/')
      const isTaken = tree.has(path) || (entry.kind !== 'folder' && folders.has(path))
      if (isTaken || above.some(each => tree.has(each) && tree.get(each)!.kind !== 'folder')) continue
      for (const each of above) folders.add(each)
      tree.set(path, entry)
    }
    return tree
  })
