import test from 'ava'
import { type Entry, empty, sortTree, type Tree } from '../src/index.ts'

const file: Entry = { kind: 'file', content: empty }
const paths = (...names: string[]): string[] =>
  sortTree(new Map(names.map(name => [name, file]))).map(({ path, entry }) =>
    entry.kind === 'folder' ? `${path}/` : path,
  )

test('implied folders are listed before what is in them', t => {
  t.deepEqual(paths('b/c/d', 'a'), ['a', 'b/', 'b/c/', 'b/c/d'])
})
test('the order does not depend on the order of the map', t => {
  t.deepEqual(paths('x/2', 'x/1', 'a'), paths('a', 'x/1', 'x/2'))
})
test('a folder is followed by its content, not by a sibling with a character below "/"', t => {
  t.deepEqual(paths('a/b', 'a-c', 'a.d'), ['a/', 'a/b', 'a-c', 'a.d'])
})
test('the mode of a folder that is listed is kept', t => {
  const tree: Tree = new Map<string, Entry>([
    ['a/b', file],
    ['a', { kind: 'folder', mode: 0o700 }],
  ])
  t.deepEqual(sortTree(tree)[0], { path: 'a', entry: { kind: 'folder', mode: 0o700 } })
})
for (const bad of ['', '/a', 'a/', 'a//b', '.', 'a/../b', 'a\0b'])
  test(`the path ${JSON.stringify(bad)} is refused`, t => {
    t.throws(() => paths(bad), { code: 'TREE_PATH' })
  })
test('a file below a file is refused, naming both', t => {
  t.throws(() => paths('a', 'a/b'), { code: 'TREE_PATH', message: /"a\/b" lies below "a"/ })
})
