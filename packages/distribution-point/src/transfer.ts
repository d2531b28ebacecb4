import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Blob, ConnectionError } from '@bootwright/site-protocol'
import pMap from 'p-map'
import type { Artifact } from './artifact.ts'
import type { ContentStore } from './content-store.ts'

/** Parallel requests. */
const CONCURRENCY = 8

export interface Progress {
  /** Called with the size of each completed blob. */
  onProgress?(bytes: number): void
  readonly signal?: AbortSignal | undefined
}
export interface BlobTotals {
  readonly blobs: number
  readonly bytes: number
}

/**
 * Copies the blobs that the destination lacks, then the manifests; a tag is set once everything that it references is stored. Returns the totals of
 * the copied blobs. Large files are stored in chunks, so that little is sent again after an interruption.
 */
export async function copyArtifacts(
  from: ContentStore,
  to: ContentStore,
  artifacts: readonly Artifact[],
  { onProgress = () => {}, signal }: Progress = {},
): Promise<BlobTotals> {
  const totals = { blobs: 0, bytes: 0 }
  await pMap(
    blobsOfAll(artifacts),
    async blob => {
      if (!(await to.has(blob))) {
        const stream = await from.read(blob)
        if (!stream)
          throw new ConnectionError(
            'UNREACHABLE',
            `${from.name} lacks sha256:${blob.sha256}, which one of its manifests references; publish the task sequence again`,
          )
        await writeStream(to, blob, stream)
        totals.blobs += 1
        totals.bytes += blob.size
      }
      onProgress(blob.size)
    },
    { concurrency: CONCURRENCY, ...(signal && { signal }) },
  )
  for (const artifact of artifacts) await putManifests(to, artifact)
  return totals
}

/** Bytes: larger blobs are streamed. A stream can be read only once, whereas uploads to registries may read several parts. */
const MEMORY_LIMIT = 64 << 20

async function writeStream(to: ContentStore, blob: Blob, stream: Readable): Promise<void> {
  if (blob.size <= MEMORY_LIMIT) {
    const data = await buffer(stream)
    await to.write(blob, (start, end) => Readable.from([data.subarray(start, end)]))
  } else await to.write(blob, () => stream)
}

/** Stores the manifests of an index before the index, which sets the tag. */
export async function putManifests(
  to: ContentStore,
  { tag, manifests }: Pick<Artifact, 'tag' | 'manifests'>,
): Promise<void> {
  const [index, ...parts] = manifests
  for (const part of parts) await to.putManifest(part)
  await to.putManifest(index!, tag)
}

/** A blob that failed verification. */
export interface Fault {
  readonly sha256: string
  readonly fault: 'missing' | 'damaged'
  /** Tags of the artifacts that reference it. */
  readonly tags: readonly string[]
}

/** Reads every blob and returns those that are missing or do not match their digest. */
export async function verifyArtifacts(
  store: ContentStore,
  artifacts: readonly Artifact[],
  { onProgress = () => {}, signal }: Progress = {},
): Promise<readonly Fault[]> {
  const faults: Fault[] = []
  await pMap(
    blobsOfAll(artifacts),
    async blob => {
      const fault = await verifyBlob(store, blob)
      if (fault) faults.push({ sha256: blob.sha256, fault, tags: tagsReferencing(artifacts, blob) })
      onProgress(blob.size)
    },
    { concurrency: CONCURRENCY, ...(signal && { signal }) },
  )
  return faults
}

async function verifyBlob(store: ContentStore, blob: Blob): Promise<Fault['fault'] | undefined> {
  const stream = await store.read(blob)
  if (!stream) return 'missing'
  const hash = createHash('sha256')
  await pipeline(stream, hash)
  return hash.digest('hex') === blob.sha256 ? undefined : 'damaged'
}

/** Removes artifacts and the blobs that no remaining artifact references. Returns the totals of those blobs; a trial removes none. */
export async function removeArtifacts(
  store: ContentStore,
  artifacts: readonly Artifact[],
  remaining: readonly Artifact[],
  { isTrial }: { readonly isTrial: boolean },
): Promise<BlobTotals> {
  const needed = new Set(remaining.flatMap(everyBlob).map(({ sha256 }) => sha256))
  const unneeded = [...new Map(artifacts.flatMap(everyBlob).map(each => [each.sha256, each])).values()].filter(
    ({ sha256 }) => !needed.has(sha256),
  )
  const bytes = unneeded.reduce((sum, { size }) => sum + size, 0)
  if (!isTrial) {
    // Tags go first, so that none refers to missing blobs.
    for (const { tag, manifests } of artifacts) await store.removeManifest(tag, manifests[0]!.sha256)
    const ownManifests = new Set(artifacts.flatMap(({ manifests }) => manifests.map(({ sha256 }) => sha256)))
    await pMap(
      unneeded.filter(({ sha256 }) => !ownManifests.has(sha256)),
      blob => store.removeBlob(blob),
      { concurrency: CONCURRENCY },
    )
    for (const { tag, manifests } of artifacts)
      for (const { sha256 } of manifests.slice(1)) if (!needed.has(sha256)) await store.removeManifest(tag, sha256)
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
const tagsReferencing = (artifacts: readonly Artifact[], { sha256 }: Blob): readonly string[] =>
  artifacts.flatMap(({ tag, blobs }) => (blobs.some(each => each.sha256 === sha256) ? [tag] : []))
