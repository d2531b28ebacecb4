import { type Entry, fromMemory, read, sortTree, type Tree } from '@bootwright/bytes'
import fc from 'fast-check'
import { foldCase } from '../src/names/long-name.ts'

const UNITS = ['a', 'B', 'c', '1', '~', '.', ' ', 'ä', 'ß', '数', '😀', '+', 'longer', 'README', 'x'.repeat(60)]
const name: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...UNITS), { minLength: 1, maxLength: 8 })
  .map(units => units.join('').replace(/[ .]+$/, ''))
  .map(text => Array.from(text).reduce((kept, unit) => (kept.length + unit.length > 255 ? kept : kept + unit), ''))
  .filter(text => text !== '' && text !== '.' && text !== '..' && !/[ .]$/.test(text))
const content: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constant(new Uint8Array(0)),
  fc.uint8Array({ maxLength: 700 }),
  fc.nat(20_000).map(size => new Uint8Array(size).fill(size)),
)
const entry: fc.Arbitrary<Entry> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('file' as const),
      content: content.map(fromMemory),
      change: fc.constantFrom('rarely' as const, 'sometimes' as const, 'often' as const),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'folder' as const }) },
)

/** Trees that FAT can hold: deep and flat, long names and names that clash as short ones, empty files and folders. */
export const trees: fc.Arbitrary<Tree> = fc
  .array(fc.tuple(fc.array(name, { minLength: 1, maxLength: 6 }), entry), { maxLength: 30 })
  .map(pairs => {
    const tree = new Map<string, Entry>()
    const kinds = new Map<string, { path: string; kind: Entry['kind'] }>()
    for (const [parts, entry] of pairs) {
      const paths = parts.map((_, index) => parts.slice(0, index + 1).join('/'))
      const isPossible = paths.every((path, index) => {
        const known = kinds.get(foldCase(path))
        return !known || (known.path === path && known.kind === 'folder' && index < paths.length - 1)
      })
      if (!isPossible) continue
      paths.forEach((path, index) => {
        kinds.set(foldCase(path), { path, kind: index === paths.length - 1 ? entry.kind : 'folder' })
      })
      tree.set(paths.at(-1)!, entry)
    }
    return tree
  })

/** Paths with what is there, in the order of the tree: two trees that hold the same are the same here. */
export async function flat(tree: Tree): Promise<readonly (readonly [string, string])[]> {
  return await Promise.all(
    sortTree(tree).map(
      async ({ path, entry }) =>
        [path, entry.kind === 'file' ? Buffer.from(await read(entry.content)).toString('base64') : entry.kind] as const,
    ),
  )
}
