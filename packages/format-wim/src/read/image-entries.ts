import { type Entry, empty, read, type Tree } from '@bootwright/bytes'
import { WimError } from '../error.ts'
import { isFolder, type WimFile, type WimImageTree, walk } from '../structures/image-tree.ts'
import { decodeSymbolicLink, SYMBOLIC_LINK } from '../structures/symbolic-link.ts'
import { decodeUnixData } from '../structures/unix-data.ts'
import type { Wim } from './read-wim.ts'

const PERMISSIONS = 0o777
const LARGEST_LINK = 65_536

/**
 * The files of an image as other planners take them: contents are decompressed when they are read. What has no entry there is left out: reparse
 * points other than symbolic links, alternate data streams, security descriptors. Throws {@link WimError} `WIM_BLOB`.
 */
export async function imageEntries(wim: Wim, { root }: WimImageTree): Promise<Tree> {
  const tree = new Map<string, Entry>()
  for (const { path, file } of walk(root)) {
    const entry = path === '' ? undefined : await entryOf(wim, path, file)
    if (entry) tree.set(path, entry)
  }
  return tree
}

async function entryOf(wim: Wim, path: string, file: WimFile): Promise<Entry | undefined> {
  const unix = file.extra && decodeUnixData(file.extra)
  const mode = unix && { mode: unix.mode & PERMISSIONS }
  if (isFolder(file)) return { kind: 'folder', ...mode }
  if (file.reparse) {
    const target = await linkTarget(wim, file)
    return target === undefined ? undefined : { kind: 'link', target }
  }
  if (file.sha1 === undefined) return { kind: 'file', content: empty, ...mode }
  const blob = wim.blobs.get(file.sha1)
  if (!blob)
    throw new WimError('WIM_BLOB', 'blob', `the content of "${path}" is not in the WIM (SHA-1 ${file.sha1})`, { path })
  return { kind: 'file', content: blob.content, ...mode }
}

/** Where a symbolic link leads; undefined for reparse points of other kinds. */
export async function linkTarget(wim: Wim, { reparse }: WimFile): Promise<string | undefined> {
  const blob = reparse?.tag === SYMBOLIC_LINK && wim.blobs.get(reparse.sha1 ?? '')
  return blob && blob.size <= LARGEST_LINK ? decodeSymbolicLink(await read(blob.content)) : undefined
}
