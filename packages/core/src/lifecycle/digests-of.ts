import { DigestCache } from '@bootwright/api'
import { type Bytes, digest, digestMany } from '@bootwright/bytes'
import type { MediumBuild } from './medium-build.ts'

/** Bytes. Hashing less costs no more than looking up a digest. */
const CACHED_FROM = 1 << 20
/** Placeholder in a plan for a digest that is not known yet. */
const UNKNOWN = '0'.repeat(64)

export interface Content {
  readonly path: string
  readonly content: Bytes
}

/** SHA-256 of files of the medium, by path; cached for large files. */
export async function digestsOf(
  build: MediumBuild,
  contents: readonly Content[],
): Promise<ReadonlyMap<string, string>> {
  const { run, signal, progress } = build
  const cache = run.kernel.registry.get(DigestCache)
  const digests = new Map<string, string>()
  const unknown: Content[] = []
  for (const { path, content } of contents) {
    const isLarge = content.size >= CACHED_FROM
    const known = isLarge ? await cache.get(content) : await digest(content, 'sha256', { signal })
    if (known !== undefined) digests.set(path, known)
    else if (run.isPlan) digests.set(path, UNKNOWN)
    else unknown.push({ path, content })
  }
  if (unknown.length === 0) return digests
  const total = unknown.reduce((sum, { content }) => sum + content.size, 0)
  const task = progress.start(`hashing ${unknown.length} ${unknown.length === 1 ? 'file' : 'files'}`, total, 'bytes')
  let done = 0
  await digestMany(
    unknown.map(({ content }) => content),
    {
      signal,
      async onDigest(index, sha256) {
        const { path, content } = unknown[index]!
        digests.set(path, sha256)
        await cache.set(content, sha256)
        done += content.size
        task.report(done)
      },
    },
  )
  task.end()
  return digests
}
