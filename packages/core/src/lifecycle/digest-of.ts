import { DigestCache } from '@bootwright/api'
import { type Bytes, digest } from '@bootwright/bytes'
import type { MediumBuild } from './medium-build.ts'

/** Hashing less than this costs no more than looking its digest up. In bytes. */
const REMEMBERED_FROM = 1 << 20
/** Stands in a plan for a digest that is not known yet. */
const UNKNOWN = '0'.repeat(64)

/** SHA-256 of a content of the medium, remembered where that is worth it. */
export async function digestOf({ run, signal, progress }: MediumBuild, path: string, content: Bytes): Promise<string> {
  if (content.size < REMEMBERED_FROM) return await digest(content, 'sha256', { signal })
  const digests = run.kernel.registry.get(DigestCache)
  const known = await digests.get(content)
  if (known !== undefined || run.isPlan) return known ?? UNKNOWN
  const task = progress.start(`digest of ${path}`)
  const sha256 = await digest(content, 'sha256', { signal })
  await digests.set(content, sha256)
  task.end()
  return sha256
}
