import { promises as fs } from 'node:fs'
import { basename, resolve } from 'node:path'
import { fromFile, fromFolder, type Tree } from '@bootwright/bytes'
import { ContentError } from '../content/content-error.ts'
import type { Kernel } from '../kernel/kernel.ts'

/** The files at a path relative to `folder`, or at a URL through a content source. A single file becomes a tree of one. */
export async function contentOf(
  reference: string,
  { kernel, folder, signal }: { readonly kernel: Kernel; readonly folder: string; readonly signal: AbortSignal },
): Promise<Tree> {
  // A single letter is a Windows drive, not a scheme.
  const scheme = /^([a-z][a-z0-9+.-]+):/i.exec(reference)?.[1]?.toLowerCase()
  if (scheme) {
    if (!URL.canParse(reference))
      throw new ContentError('CONTENT_UNREADABLE', reference, `"${reference}" is not a valid URL`)
    const url = new URL(reference)
    return kernel.call('contentSource', scheme, `fetch ${shown(url)}`, source => source.fetch(url, { signal }))
  }
  const path = resolve(folder, reference)
  const stats = await fs.stat(path).catch((error: NodeJS.ErrnoException) => {
    const why = error.code === 'ENOENT' ? 'does not exist' : `cannot be read: ${error.code ?? error.message}`
    throw new ContentError('CONTENT_UNREADABLE', path, `${path} ${why}`, error)
  })
  if (stats.isDirectory()) return fromFolder(path)
  return new Map([
    [basename(path), { kind: 'file', content: await fromFile(path), mode: stats.mode & 0o111 ? 0o755 : 0o644 }],
  ])
}

/** The URL without what may be secret: user, password, and the query, which may be a signature. */
function shown(url: URL): string {
  const copy = new URL(url)
  Object.assign(copy, { username: '', password: '', search: '', hash: '' })
  return copy.href
}
