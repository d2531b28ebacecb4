import type { Bytes } from './bytes.ts'
import { BytesError } from './errors.ts'

/**
 * How often a file differs between builds of a medium. Planners lay out `rarely` first and `often` last, so that builds differ in few
 * ranges.
 */
export type Change = 'rarely' | 'sometimes' | 'often'

export interface FileEntry {
  readonly kind: 'file'
  readonly content: Bytes
  /** POSIX permission bits; 0o644 by default. */
  readonly mode?: number
  /** `sometimes` by default. */
  readonly change?: Change
}
export interface FolderEntry {
  readonly kind: 'folder'
  /** POSIX permission bits; 0o755 by default. */
  readonly mode?: number
}
export interface LinkEntry {
  readonly kind: 'link'
  /** The target of the symbolic link, not resolved. */
  readonly target: string
}
export type Entry = FileEntry | FolderEntry | LinkEntry

/**
 * Entries by path: the input of every planner of a file system, and the output of every reader. Paths are relative to the root, with `/` as
 * separator; folders above an entry need no entry of their own. The order is irrelevant.
 */
export type Tree = ReadonlyMap<string, Entry>

export interface SortedEntry {
  readonly path: string
  readonly entry: Entry
}

/**
 * Every entry of a tree and every implied folder, parents before children, siblings ordered by the UTF-16 code units of their names: the same
 * list on every machine. Throws {@link BytesError} `TREE_PATH` for a path that is empty or absolute, contains an empty, `.` or `..` part or a NUL,
 * or is below an entry that is not a folder.
 */
export function sortTree(tree: Tree): SortedEntry[] {
  const all = new Map<string, Entry>()
  for (const [path, entry] of tree) {
    checkPath(path)
    all.set(path, entry)
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1)) {
      const parent = path.slice(0, end)
      const above = tree.get(parent)
      if (above && above.kind !== 'folder')
        throw new BytesError('TREE_PATH', `"${path}" lies below "${parent}", which is a ${above.kind}, not a folder`)
      if (all.has(parent)) break
      all.set(parent, above ?? { kind: 'folder' })
    }
  }
  // '/' sorts as the lowest character, so that a folder's children follow it before its next sibling.
  const keyed = [...all].map(([path, entry]) => ({ key: path.replaceAll('/', '\0'), path, entry }))
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
  return keyed.map(({ path, entry }) => ({ path, entry }))
}

function checkPath(path: string): void {
  const isBad = path.includes('\0') || path.split('/').some(part => part === '' || part === '.' || part === '..')
  if (isBad)
    throw new BytesError(
      'TREE_PATH',
      `"${path}" is no path inside a tree; expected names joined by "/", none of them "", "." or ".."`,
    )
}
