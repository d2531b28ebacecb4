import { type Bytes, type Entry, sortTree, type Tree } from '@bootwright/bytes'
import { ENTRY_SIZE, entriesOf, NAME_LIMIT } from './entries.ts'
import { ExfatError } from './error.ts'
import { upperCase } from './up-case-table.ts'

/** exFAT specification 7.7.3, table 35. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const FORBIDDEN = /[\u0000-\u001f"*/:<>?\\|]/
/** 7.4: a folder has at most 256 MiB. */
export const FOLDER_LIMIT: number = 256 << 20
const CHANGE_ORDER = { rarely: 0, sometimes: 1, often: 2 } as const

export interface Child {
  readonly name: string
  readonly path: string
}
export interface Folder {
  readonly path: string
  readonly children: readonly Child[]
  /** Bytes of the entries of its children. */
  readonly size: number
}
export interface Content {
  /** The root, whose path is empty, first; parents before children. */
  readonly folders: readonly Folder[]
  /** In the order in which they are laid out: what changes often last, and small files after large ones. */
  readonly files: readonly { readonly path: string; readonly content: Bytes }[]
}

/** Sorts a tree into what a volume is made of. Throws {@link ExfatError} for what exFAT cannot hold. */
export function foldersOf(tree: Tree, upper: Uint16Array): Content {
  const children = new Map<string, Child[]>([['', []]])
  const files: { path: string; entry: Entry & { kind: 'file' } }[] = []
  for (const { path, entry } of sortTree(tree)) {
    if (entry.kind === 'link')
      throw new ExfatError(
        'EXFAT_LINK',
        'tree',
        `"${path}" is a symbolic link to "${entry.target}"; exFAT has none, put the file itself there`,
        { path },
      )
    const slash = path.lastIndexOf('/')
    const name = path.slice(slash + 1)
    if (FORBIDDEN.test(name) || name.length > NAME_LIMIT)
      throw new ExfatError(
        'EXFAT_NAME',
        'tree',
        `"${path}" has a name that exFAT cannot hold; expected at most ${NAME_LIMIT} characters, none of them " * : < > ? \\ |`,
        { path },
      )
    children.get(path.slice(0, Math.max(0, slash)))!.push({ name, path })
    if (entry.kind === 'folder') children.set(path, [])
    else files.push({ path, entry })
  }
  const rank = ({ entry }: (typeof files)[number]): number => CHANGE_ORDER[entry.change ?? 'sometimes']
  files.sort((a, b) => rank(a) - rank(b) || b.entry.content.size - a.entry.content.size)
  return {
    folders: [...children].map(([path, list]) => folderOf(path, list, upper)),
    files: files.map(({ path, entry }) => ({ path, content: entry.content })),
  }
}

function folderOf(path: string, children: readonly Child[], upper: Uint16Array): Folder {
  const seen = new Map<string, string>()
  for (const { name, path: own } of children) {
    const folded = upperCase(name, upper)
    const other = seen.get(folded)
    if (other !== undefined)
      throw new ExfatError(
        'EXFAT_NAME_CLASH',
        'tree',
        `"${other}" and "${own}" differ only by case; exFAT takes them for one`,
        { path: own },
      )
    seen.set(folded, own)
  }
  const size = children.reduce((sum, { name }) => sum + entriesOf(name) * ENTRY_SIZE, 0)
  if (size > FOLDER_LIMIT)
    throw new ExfatError(
      'EXFAT_FOLDER_FULL',
      'tree',
      `the entries of the folder "${path}" need ${size} bytes; exFAT has room for ${FOLDER_LIMIT}`,
      { path },
    )
  return { path, children, size }
}
