import { buffer } from 'node:stream/consumers'
import type { BlobStore } from '@bootwright/distribution-point'
import {
  blobUrl,
  type Connection,
  hasBlob,
  type PublishedSequence,
  readBlob,
  requiredBlobs,
  type StoredContent,
  type StoredSequence,
} from '@bootwright/site-protocol'
import pMap from 'p-map'
import type { Objects } from '../model/objects.ts'
import type { Sequences } from '../model/sequences.ts'

/** Reports how much of the deployed revisions each distribution point stores. */
export type StoredContents = () => Promise<readonly StoredContent[]>

export interface StoredContentsOptions {
  readonly objects: Objects
  readonly sequences: Sequences
  /** The distribution point of this site. */
  readonly own: { readonly url: string; readonly blobs: BlobStore }
  /** For all other distribution points. */
  readonly connection: Connection
  readonly now: () => Date
}

/** Milliseconds: querying a registry for every chunk takes time, and several viewers may request it at once. */
const CACHE_LIFETIME = 60_000
/** Parallel requests. */
const CONCURRENCY = 16

/** The queries that a distribution point answers. */
interface PointReader {
  has(sha256: string): Promise<boolean>
  read(sha256: string): Promise<Uint8Array | undefined>
}

export function storedContents({ objects, sequences, own, connection, now }: StoredContentsOptions): StoredContents {
  const readerOf = (distributionPoint: string): PointReader =>
    distributionPoint === own.url
      ? {
          has: async sha256 => (await own.blobs.sizeOf(sha256)) !== undefined,
          read: own.blobs.readAll,
        }
      : {
          has: sha256 => hasBlob(connection, blobUrl(distributionPoint, sha256)),
          async read(sha256) {
            const stream = await readBlob(connection, blobUrl(distributionPoint, sha256))
            return stream && (await buffer(stream))
          },
        }
  const queryPoints = async (): Promise<readonly StoredContent[]> => {
    const site = await objects.site()
    const deployed = new Map<string, { name: string; revision: number; published: PublishedSequence }>()
    for (const { taskSequence: name, revision: fixed } of Object.values(site.deployments)) {
      const revision = fixed ?? (await sequences.latest(name))
      const published = revision === undefined ? undefined : await sequences.read(name, revision)
      if (published) deployed.set(`${name} ${revision}`, { name, revision: revision!, published })
    }
    const points = new Set([
      ...Object.values(site.boundaries).flatMap(({ distributionPoints }) => distributionPoints),
      ...(site.distributionPoints.length > 0 ? site.distributionPoints : [own.url]),
    ])
    return await Promise.all(
      [...points].map(async distributionPoint => {
        const reader = readerOf(distributionPoint)
        const found: StoredSequence[] = []
        try {
          for (const { name, revision, published } of deployed.values())
            found.push({ name, revision, ...(await countBlobs(reader, published)) })
        } catch (error) {
          return { distributionPoint, sequences: found, error: (error as Error).message }
        }
        return { distributionPoint, sequences: found }
      }),
    )
  }
  let cached: { readonly at: number; readonly contents: Promise<readonly StoredContent[]> } | undefined
  return () => {
    const at = now().getTime()
    if (!cached || at - cached.at > CACHE_LIFETIME) {
      cached = { at, contents: queryPoints() }
      cached.contents.catch(() => {
        cached = undefined
      })
    }
    return cached.contents
  }
}

async function countBlobs(
  reader: PointReader,
  published: PublishedSequence,
): Promise<Omit<StoredSequence, 'name' | 'revision'>> {
  const needed = await requiredBlobs(published, list => reader.read(list.sha256))
  const count = { blobs: 0, bytes: 0, missingBlobs: 0, missingBytes: 0 }
  await pMap(
    needed,
    async ({ sha256, size }) => {
      const isStored = await reader.has(sha256)
      count.blobs += 1
      count.bytes += size
      count.missingBlobs += isStored ? 0 : 1
      count.missingBytes += isStored ? 0 : size
    },
    { concurrency: CONCURRENCY },
  )
  return count
}
