import { type Entry, empty, type Reader, read, type Tree } from '@bootwright/bytes'
import { FatError } from '../error.ts'
import { decodeCodePage } from '../names/code-page.ts'
import { foldCase, MAXIMUM_PATH_LENGTH } from '../names/long-name.ts'
import type { BootSector } from '../structures/boot-sector.ts'
import { ATTRIBUTE, ENTRY_SIZE, MAXIMUM_FOLDER_ENTRIES } from '../structures/directory-entry.ts'
import type { ClusterReader, Layout } from './cluster-reader.ts'
import { type NamedEntry, readNames } from './read-names.ts'

const LARGEST_FOLDER = MAXIMUM_FOLDER_ENTRIES * ENTRY_SIZE
/**
 * UTF-16 code units in all paths together, enough for half a million files. A directory entry of 32 bytes in a deep folder costs a whole
 * path: without a limit 2 MiB of hostile entries would take gigabytes.
 */
const LARGEST_TREE = 1 << 26

/** All folders from the root down, without recursion: hostile volumes nest deeply. `label` is that of the root folder. */
export async function readTree(
  reader: Reader,
  clusters: ClusterReader,
  layout: Layout,
  boot: BootSector,
): Promise<{ tree: Tree; label: string | undefined }> {
  const tree = new Map<string, Entry>()
  const folderAt = async (firstCluster: number, path: string): Promise<Buffer> => {
    const bytes = await clusters.chain(firstCluster, path, { atMost: LARGEST_FOLDER })
    if (bytes.size === 0) throw new FatError('FAT_CHAIN', 'folder', `the folder "${path}" has no cluster`, { path })
    return Buffer.from(await read(bytes))
  }
  const root = boot.isFat32
    ? await folderAt(boot.rootCluster, '')
    : Buffer.from(await reader.read(layout.rootOffset, layout.rootSize))
  const waiting = [{ path: '', content: () => Promise.resolve(root) }]
  let label: string | undefined
  let pathUnits = 0
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    const seen = new Set<string>()
    for (const entry of readNames(await folder.content(), boot.isFat32)) {
      if (entry.attributes & ATTRIBUTE.volumeLabel) {
        if (folder.path === '') label ??= decodeCodePage(entry.name).trimEnd()
        continue
      }
      if (isDots(entry)) continue
      const path = pathOf(folder.path, entry, seen)
      pathUnits += path.length
      if (pathUnits > LARGEST_TREE)
        throw new FatError(
          'FAT_TREE_TOO_LARGE',
          'folder',
          `all paths together have more than ${LARGEST_TREE} code units`,
          { path: folder.path },
        )
      const { firstCluster, size } = entry
      if (entry.attributes & ATTRIBUTE.folder) {
        tree.set(path, { kind: 'folder' })
        waiting.push({ path, content: () => folderAt(firstCluster, path) })
      } else {
        tree.set(path, {
          kind: 'file',
          content: size === 0 ? empty : await clusters.chain(firstCluster, path, { exactly: size }),
        })
      }
    }
  }
  return { tree, label }
}

/** `.` and `..`, which are not followed. */
const isDots = ({ name }: NamedEntry): boolean => /^\.{1,2} +$/.test(Buffer.from(name).toString('latin1'))

function pathOf(folder: string, { displayName, offset }: NamedEntry, seen: Set<string>): string {
  const path = folder === '' ? displayName : `${folder}/${displayName}`
  // A name with a separator in it, or `..` as a long name, would lead out of the tree.
  const isName = displayName !== '' && displayName !== '.' && displayName !== '..' && !/[/\0]/.test(displayName)
  if (!isName || path.length > MAXIMUM_PATH_LENGTH)
    throw new FatError(
      'FAT_NAME',
      'folder',
      `entry ${offset / ENTRY_SIZE} of the folder "${folder}" has the name ${JSON.stringify(displayName)}, which no path can have, or its path is too long`,
      { path: folder },
    )
  const folded = foldCase(displayName)
  if (seen.has(folded)) throw new FatError('FAT_NAME_CLASH', 'folder', `"${path}" is there twice`, { path })
  seen.add(folded)
  return path
}
