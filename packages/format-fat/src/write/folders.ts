import { type Bytes, type Entry, sortTree, type Tree } from '@bootwright/bytes'
import { FatError } from '../error.ts'
import { checkLongName, foldCase, longEntryCount } from '../names/long-name.ts'
import { isPlainShortName, shortNames } from '../names/short-name.ts'
import { ENTRY_SIZE, MAXIMUM_FOLDER_ENTRIES } from '../structures/directory-entry.ts'

/** FAT specification 1.03, section 6: a size has 32 bits. */
const LARGEST_FILE = 0xffffffff
const CHANGE_ORDER = { rarely: 0, sometimes: 1, often: 2 } as const

interface PlannedFile {
  readonly path: string
  readonly content: Bytes
}

interface Child {
  readonly name: string
  /** `BASE.EXT` */
  readonly shortName: string
  readonly needsLongName: boolean
  /** The path, by which files and folders are found. */
  readonly path: string
  readonly kind: 'file' | 'folder'
}

export interface Folder {
  readonly path: string
  /** Of the folder above; nothing for the root. */
  readonly parent: string | undefined
  readonly children: readonly Child[]
  /** Bytes of all entries. */
  readonly size: number
}

export interface Content {
  /** The root, whose path is empty, first; parents before children. */
  readonly folders: readonly Folder[]
  /** In the order in which they are laid out: what changes often last, and small files after large ones. */
  readonly files: readonly PlannedFile[]
}

/** Sorts a tree into what a volume is made of. Throws {@link FatError} for what FAT cannot hold. */
export function foldersOf(tree: Tree, hasLabel: boolean): Content {
  const names = new Map<string, { name: string; path: string; kind: 'file' | 'folder' }[]>([['', []]])
  const files: { path: string; entry: Entry & { kind: 'file' } }[] = []
  for (const { path, entry } of sortTree(tree)) {
    if (entry.kind === 'link')
      throw new FatError(
        'FAT_LINK',
        'tree',
        `"${path}" is a symbolic link to "${entry.target}"; FAT has none, put the file itself there`,
        { path },
      )
    const slash = path.lastIndexOf('/')
    names.get(path.slice(0, Math.max(0, slash)))!.push({ name: path.slice(slash + 1), path, kind: entry.kind })
    if (entry.kind === 'folder') names.set(path, [])
    else files.push({ path, entry })
  }
  for (const { path, entry } of files)
    if (entry.content.size > LARGEST_FILE)
      throw new FatError(
        'FAT_FILE_TOO_LARGE',
        'tree',
        `"${path}" has ${entry.content.size} bytes; FAT holds files of at most ${LARGEST_FILE}`,
        { path },
      )
  // A file that grows moves what lies behind it: that is little when large files come first.
  const rank = ({ entry }: (typeof files)[number]): number => CHANGE_ORDER[entry.change ?? 'sometimes']
  files.sort((a, b) => rank(a) - rank(b) || b.entry.content.size - a.entry.content.size)
  return {
    folders: [...names].map(([path, children]) => folderOf(path, children, hasLabel)),
    files: files.map(({ path, entry }) => ({ path, content: entry.content })),
  }
}

function folderOf(path: string, entries: readonly Pick<Child, 'name' | 'path' | 'kind'>[], hasLabel: boolean): Folder {
  const seen = new Map<string, string>()
  for (const { name, path } of entries) {
    checkLongName(name, path)
    const folded = foldCase(name)
    const other = seen.get(folded)
    if (other !== undefined)
      throw new FatError(
        'FAT_NAME_CLASH',
        'tree',
        `"${other}" and "${path}" differ only by case; FAT takes them for one`,
        { path },
      )
    seen.set(folded, path)
  }
  const shorts = shortNames(entries.map(({ name }) => name))
  const children = entries.map(entry => ({
    ...entry,
    shortName: shorts.get(entry.name)!,
    needsLongName: !isPlainShortName(entry.name),
  }))
  const isRoot = path === ''
  // The root has the label; every other folder has `.` and `..`.
  const own = isRoot ? Number(hasLabel) : 2
  const count = children.reduce((sum, child) => sum + 1 + (child.needsLongName ? longEntryCount(child.name) : 0), own)
  if (count > MAXIMUM_FOLDER_ENTRIES)
    throw new FatError(
      'FAT_FOLDER_FULL',
      'tree',
      `the folder "${path}" needs ${count} directory entries; FAT has room for ${MAXIMUM_FOLDER_ENTRIES}`,
      { path },
    )
  const parent = isRoot ? undefined : path.slice(0, Math.max(0, path.lastIndexOf('/')))
  return { path, parent, children, size: count * ENTRY_SIZE }
}
