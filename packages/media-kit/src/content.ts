import { posix } from 'node:path'
import type { BuildContext, DigestCache } from '@bootwright/api'
import { type Bytes, digestMany, fromMemory, type Tree } from '@bootwright/bytes'
import { type ContentFile, type ContentItem, contentBlobPath, encodeContent } from '@bootwright/medium-format'
import type { RequiredContent } from './content-options.ts'
import { encryptedBytes } from './encrypt.ts'

/**
 * Puts contents onto the medium: each file once, under its digest, whoever has it, and beside them what says
 * which files make up what; encrypted when there is a key. Folders without files are left out.
 */
export async function addContent(
  context: BuildContext,
  items: readonly RequiredContent[],
  digests: DigestCache,
  key?: Uint8Array,
): Promise<void> {
  const { tree, log } = context
  if (items.length === 0) return
  const sources: { readonly path: string; readonly content: Bytes }[][] = []
  for (const { source, name } of items) sources.push(filesOf(await context.content(source), name))
  const plain = sources.flat().map(({ content }) => content)
  const plainHashes = await hash(plain, context, digests)
  const stored = new Map(plain.map(each => [each, key ? encryptedBytes(each, key, plainHashes.get(each)!) : each]))
  const hashes = key ? await hash([...stored.values()], context, digests) : plainHashes
  const contents: ContentItem[] = []
  for (const [index, { source: _, at: __, architecture: ___, ...item }] of items.entries()) {
    const files: ContentFile[] = []
    for (const { path, content: own } of sources[index]!) {
      const content = stored.get(own)!
      const sha256 = hashes.get(content)!
      files.push({ path, size: content.size, sha256, ...(key && { isEncrypted: true }) })
      tree.set(contentBlobPath(sha256), { kind: 'file', content, change: 'rarely' })
    }
    contents.push({ ...item, files })
    log.info(describe(contents.at(-1)!))
  }
  for (const [path, data] of encodeContent(contents))
    tree.set(path, { kind: 'file', content: fromMemory(data), change: 'sometimes' })
}

const describe = ({ kind, name, version, imageIndex, files }: ContentItem): string => {
  const size = files.reduce((sum, file) => sum + file.size, 0)
  const count = `${files.length} ${files.length === 1 ? 'file' : 'files'}, ${size} bytes`
  return `${kind} ${name}${version === undefined ? '' : ` ${version}`}${imageIndex === undefined ? '' : `, image ${imageIndex}`}: ${count}`
}

/** Links become what they lead to, as not every carrier has them. */
function filesOf(tree: Tree, name: string): { path: string; content: Bytes }[] {
  const files = [...tree].flatMap(([path, entry]) => {
    if (entry.kind === 'folder') return []
    const target = entry.kind === 'file' ? entry : followed(tree, path, entry.target)
    if (target) return [{ path, content: target.content }]
    throw new Error(
      `"${name}" has the link ${path}, which leads to ${entry.kind === 'link' ? entry.target : ''}, which is not one of its files; replace the link with the file`,
    )
  })
  if (files.length > 0) return files
  throw new Error(`"${name}" has no files; correct its source, or remove it`)
}

const LINKS_LIMIT = 40
function followed(tree: Tree, path: string, target: string) {
  let at = path
  let next = target
  for (let count = 0; count < LINKS_LIMIT; count += 1) {
    at = posix.join(posix.dirname(at), next)
    const entry = tree.get(at)
    if (entry?.kind !== 'link') return entry?.kind === 'file' ? entry : undefined
    next = entry.target
  }
  return undefined
}

/** Hashing less than this costs no more than looking its digest up. Bytes. */
const REMEMBERED_FROM = 1 << 20

/** SHA-256 of each, remembered where that is worth it: content is large, and seldom another one. */
async function hash(
  contents: readonly Bytes[],
  { signal, progress }: BuildContext,
  cache: DigestCache,
): Promise<ReadonlyMap<Bytes, string>> {
  const digests = new Map<Bytes, string>()
  const unknown: Bytes[] = []
  for (const content of contents) {
    const known = content.size < REMEMBERED_FROM ? undefined : await cache.get(content)
    if (known === undefined) unknown.push(content)
    else digests.set(content, known)
  }
  if (unknown.length === 0) return digests
  const task = progress.start(
    `hashing ${unknown.length} contents`,
    unknown.reduce((sum, { size }) => sum + size, 0),
    'bytes',
  )
  let done = 0
  await digestMany(unknown, {
    signal,
    async onDigest(index, sha256) {
      const content = unknown[index]!
      digests.set(content, sha256)
      if (content.size >= REMEMBERED_FROM) await cache.set(content, sha256)
      done += content.size
      task.report(done)
    },
  })
  task.end()
  return digests
}
