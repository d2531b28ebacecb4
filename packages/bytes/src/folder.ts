import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { BytesError } from './errors.ts'
import { identityOf } from './source-file.ts'
import { fromSource } from './sources.ts'
import type { Entry, Tree } from './tree.ts'

/**
 * The tree below the folder `path`: files, folders and symbolic links (kept as links). The executable bit is kept; other
 * permission bits are normalised. Throws {@link BytesError} for a missing folder, and for sockets, devices and other special files.
 */
export async function fromFolder(path: string): Promise<Tree> {
  const tree = new Map<string, Entry>()
  await walk(path, '', tree)
  return tree
}

async function walk(root: string, below: string, tree: Map<string, Entry>): Promise<void> {
  const folder = join(root, below)
  const names = await fs.readdir(folder).catch(error => {
    throw new BytesError('SOURCE_UNREADABLE', `cannot list ${folder}: ${error.code ?? error.message}`, {
      path: folder,
      cause: error,
    })
  })
  for (const name of names.sort()) {
    const path = below === '' ? name : `${below}/${name}`
    const full = join(root, path)
    const stats = await fs.lstat(full, { bigint: true })
    if (stats.isDirectory()) {
      tree.set(path, { kind: 'folder' })
      await walk(root, path, tree)
    } else if (stats.isSymbolicLink()) tree.set(path, { kind: 'link', target: await fs.readlink(full) })
    else if (stats.isFile()) {
      const content = fromSource({ path: full, size: Number(stats.size), identity: identityOf(stats) })
      tree.set(path, { kind: 'file', content, mode: stats.mode & 0o111n ? 0o755 : 0o644 })
    } else
      throw new BytesError('SOURCE_NOT_A_FILE', `${full} is neither a file, a folder nor a link; leave it out`, {
        path: full,
      })
  }
}
