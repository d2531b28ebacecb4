import { type Bytes, type Entry, sortTree, type Tree } from '@bootwright/bytes'
import { WimError } from '../error.ts'
import { NO_SECURITY } from '../structures/dentry.ts'
import { FILE_ATTRIBUTE, isFolder, type WimFile } from '../structures/image-tree.ts'
import { encodeSymbolicLink, SYMBOLIC_LINK } from '../structures/symbolic-link.ts'
import { encodeUnixData, unixDataOf } from '../structures/unix-data.ts'
import { fileTimeOf } from '../structures/xml.ts'

export interface ChangeOptions {
  /** When what is new was made, as far as the image tells. */
  readonly date: Date
  /** Whether owner and mode are kept for systems that have them. */
  readonly hasUnixData?: boolean | undefined
}

/** Stores contents, and gives back the SHA-1 of each. */
export type Store = (contents: readonly Bytes[]) => Promise<readonly string[]>

/** A folder that is being changed. */
interface Folder {
  readonly file: WimFile
  /** By name. */
  readonly children: Map<string, Folder | WimFile>
  /** Names that the image has, by what is left of them without regard to case. */
  readonly known: ReadonlyMap<string, string>
}

const isOpen = (entry: Folder | WimFile): entry is Folder => 'file' in entry

/** How the image writes a name. What is new is told apart by case, too: other systems have such trees. */
const nameIn = ({ children, known }: Folder, name: string): string =>
  children.has(name) ? name : (known.get(name.toUpperCase()) ?? name)

/**
 * A tree with files added and replaced, and paths removed first. Folders that are missing are made. Names of the image
 * are found without regard to case, unless one is the same. A file that is replaced keeps what it had beside its content. Throws {@link WimError} `WIM_PATH`.
 */
export async function changeTree(
  root: WimFile,
  added: Tree,
  removed: readonly string[],
  store: Store,
  options: ChangeOptions,
): Promise<WimFile> {
  const top = open(root)
  for (const path of removed) remove(top, path)
  const entries = sortTree(added)
  const contents = [...new Set(entries.map(({ entry }) => contentOf(entry)))].filter(each => each && each.size > 0)
  const sha1s = await store(contents as Bytes[])
  const digests = new Map(contents.map((content, index) => [content, sha1s[index]!]))
  for (const { path, entry } of entries) {
    const content = contentOf(entry)
    add(top, path, entry, content && digests.get(content), options)
  }
  return close(top)
}

/** What has to be stored for an entry; of a link that is its reparse data. */
const links = new WeakMap<Entry, Bytes>()
function contentOf(entry: Entry): Bytes | undefined {
  if (entry.kind === 'file') return entry.content
  if (entry.kind === 'folder') return undefined
  const known = links.get(entry) ?? encodeSymbolicLink(entry.target)
  links.set(entry, known)
  return known
}

const open = (file: WimFile): Folder => {
  const children = file.children ?? []
  return {
    file,
    children: new Map(children.map(child => [child.name, child])),
    known: new Map(children.map(({ name }) => [name.toUpperCase(), name])),
  }
}

/** Folders keep what they have; all is in the order that Windows has it. */
function close({ file, children }: Folder): WimFile {
  const all = [...children.values()].map(child => (isOpen(child) ? close(child) : child))
  return {
    ...file,
    children: all.sort((a, b) => compare(a.name.toUpperCase(), b.name.toUpperCase()) || compare(a.name, b.name)),
  }
}
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

function enter(folder: Folder, asked: string, path: string): Folder {
  const name = nameIn(folder, asked)
  const child = folder.children.get(name)
  if (child && isOpen(child)) return child
  if (child && !isFolder(child))
    throw new WimError('WIM_PATH', 'image', `"${path}" goes through "${name}", which is a file`, { path })
  if (!child) throw new WimError('WIM_PATH', 'image', `there is no "${name}" on the way to "${path}"`, { path })
  const opened = open(child)
  folder.children.set(name, opened)
  return opened
}

function remove(top: Folder, path: string): void {
  const names = path.split('/')
  const last = names.pop()!
  const folder = names.reduce((each, name) => enter(each, name, path), top)
  if (!folder.children.delete(nameIn(folder, last)))
    throw new WimError('WIM_PATH', 'image', `there is no "${path}" that could be removed`, { path })
}

function add(top: Folder, path: string, entry: Entry, sha1: string | undefined, options: ChangeOptions): void {
  const names = path.split('/')
  const asked = names.pop()!
  let folder = top
  for (const each of names) {
    if (!folder.children.has(nameIn(folder, each)))
      folder.children.set(each, open(made(each, { kind: 'folder' }, undefined, options)))
    folder = enter(folder, each, path)
  }
  const name = nameIn(folder, asked)
  const before = folder.children.get(name)
  if (entry.kind === 'folder') {
    if (before) enter(folder, name, path)
    else folder.children.set(name, open(made(name, entry, undefined, options)))
    return
  }
  if (before && (isOpen(before) || isFolder(before)))
    throw new WimError(
      'WIM_PATH',
      'image',
      `"${path}" is a folder of the image; a ${entry.kind} cannot take its place`,
      { path },
    )
  const file = made(name, entry, sha1, options)
  const isSame = before && !before.reparse && !file.reparse
  folder.children.set(
    name,
    isSame
      ? {
          ...before,
          // Other names of the file keep what they have: this one stands for itself from now on.
          linkGroup: 0n,
          attributes: before.attributes & ~(FILE_ATTRIBUTE.encrypted | FILE_ATTRIBUTE.compressed),
          encrypted: undefined,
          streams: undefined,
          sha1: file.sha1,
          written: file.written,
        }
      : file,
  )
}

/** A file that was not there before. */
export function made(
  name: string,
  entry: Entry,
  sha1: string | undefined,
  { date, hasUnixData }: ChangeOptions,
): WimFile {
  const time = fileTimeOf(date)
  const { kind } = entry
  const attributes = {
    file: FILE_ATTRIBUTE.archive,
    folder: FILE_ATTRIBUTE.directory,
    link: FILE_ATTRIBUTE.reparsePoint,
  }
  return {
    name,
    shortName: '',
    attributes: attributes[kind],
    securityId: NO_SECURITY,
    created: time,
    accessed: time,
    written: time,
    linkGroup: 0n,
    ...(kind === 'file' && sha1 !== undefined && { sha1 }),
    ...(kind === 'link' && { reparse: { tag: SYMBOLIC_LINK, reserved: 0, flags: 0, sha1 } }),
    ...(kind === 'folder' && { children: [] }),
    ...(hasUnixData && { extra: encodeUnixData(unixDataOf(entry)) }),
  }
}
