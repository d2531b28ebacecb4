import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Blob, ConnectionError } from '@bootwright/site-protocol'
import pMap from 'p-map'
import type { Artifact } from './artifact.ts'
import type { ContentStore } from './content-store.ts'

/** Requests at a time. */
const AT_ONCE = 8

export interface Progress {
  /** Bytes that are dealt with. */
  onProgress?(bytes: number): void
  readonly signal?: AbortSignal | undefined
}
export interface Counted {
  readonly blobs: number
  readonly bytes: number
}

/**
 * Copies contents; only blobs that are missing travel. Large files are in chunks, so that after an interruption little is sent again. A tag is set
 * when all that it needs is there.
 */
export async function copyArtifacts(
  from: ContentStore,
  to: ContentStore,
  artifacts: readonly Artifact[],
  { onProgress = () => {}, signal }: Progress = {},
): Promise<Counted> {
  const done = { blobs: 0, bytes: 0 }
  await pMap(
    blobsOfAll(artifacts),
    async blob => {
      if (!(await to.has(blob))) {
        const stream = await from.read(blob)
        if (!stream)
          throw new ConnectionError(
            'UNREACHABLE',
            `${from.name} has not sha256:${blob.sha256}, which its manifest names; publish the sequence again`,
          )
        await send(to, blob, stream)
        done.blobs += 1
        done.bytes += blob.size
      }
      onProgress(blob.size)
    },
    { concurrency: AT_ONCE, ...(signal && { signal }) },
  )
  for (const artifact of artifacts) await putManifests(to, artifact)
  return done
}

/** More than this is not kept in memory; a stream can be sent once, and a registry asks for parts. Bytes. */
const MEMORY = 64 << 20

async function send(to: ContentStore, blob: Blob, stream: Readable): Promise<void> {
  if (blob.size <= MEMORY) {
    const data = await buffer(stream)
    await to.write(blob, (start, end) => Readable.from([data.subarray(start, end)]))
  } else await to.write(blob, () => stream)
}

/** Parts before the whole, and the tag last. */
export async function putManifests(
  to: ContentStore,
  { tag, manifests }: Pick<Artifact, 'tag' | 'manifests'>,
): Promise<void> {
  const [top, ...parts] = manifests
  for (const part of parts) await to.putManifest(part)
  await to.putManifest(top!, tag)
}

export interface Fault {
  readonly sha256: string
  readonly fault: 'missing' | 'damaged'
  /** Those that need it. */
  readonly tags: readonly string[]
}

/** Reads every blob, and says which are not there, or not what their digests say. */
export async function verifyArtifacts(
  place: ContentStore,
  artifacts: readonly Artifact[],
  { onProgress = () => {}, signal }: Progress = {},
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  await pMap(
    blobsOfAll(artifacts),
    async blob => {
      const fault = await judge(place, blob)
      if (fault) faults.push({ sha256: blob.sha256, fault, tags: tagsWith(artifacts, blob) })
      onProgress(blob.size)
    },
    { concurrency: AT_ONCE, ...(signal && { signal }) },
  )
  return faults
}

async function judge(place: ContentStore, blob: Blob): Promise<Fault['fault'] | undefined> {
  const stream = await place.read(blob)
  if (!stream) return 'missing'
  const hash = createHash('sha256')
  await pipeline(stream, hash)
  return hash.digest('hex') === blob.sha256 ? undefined : 'damaged'
}

/** Removes contents, and the blobs that nothing of what stays needs. */
export async function removeArtifacts(
  place: ContentStore,
  artifacts: readonly Artifact[],
  staying: readonly Artifact[],
  { isTrial }: { readonly isTrial: boolean },
): Promise<Counted> {
  const needed = new Set(staying.flatMap(everyBlob).map(({ sha256 }) => sha256))
  const unneeded = [...new Map(artifacts.flatMap(everyBlob).map(each => [each.sha256, each])).values()].filter(
    ({ sha256 }) => !needed.has(sha256),
  )
  const bytes = unneeded.reduce((sum, { size }) => sum + size, 0)
  if (!isTrial) {
    // Nobody finds a tag whose blobs are gone.
    for (const { tag, manifests } of artifacts) await place.removeManifest(tag, manifests[0]!.sha256)
    const parts = new Set(artifacts.flatMap(({ manifests }) => manifests.map(({ sha256 }) => sha256)))
    await pMap(
      unneeded.filter(({ sha256 }) => !parts.has(sha256)),
      blob => place.removeBlob(blob),
      { concurrency: AT_ONCE },
    )
    for (const { tag, manifests } of artifacts)
      for (const { sha256 } of manifests.slice(1)) if (!needed.has(sha256)) await place.removeManifest(tag, sha256)
  }
  return { blobs: unneeded.length, bytes }
}

const everyBlob = ({ blobs, manifests }: Artifact): readonly Blob[] => [
  ...blobs,
  ...manifests.map(({ sha256, size }) => ({ sha256, size })),
]
const blobsOfAll = (artifacts: readonly Artifact[]): readonly Blob[] => [
  ...new Map(artifacts.flatMap(({ blobs }) => blobs).map(each => [each.sha256, each])).values(),
]
const tagsWith = (artifacts: readonly Artifact[], { sha256 }: Blob): readonly string[] =>
  artifacts.flatMap(({ tag, blobs }) => (blobs.some(each => each.sha256 === sha256) ? [tag] : []))
