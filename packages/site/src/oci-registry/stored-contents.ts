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

/** What each distribution point has of the revisions that are deployed. */
export type StoredContents = () => Promise<readonly StoredContent[]>

export interface StoredContentsOptions {
  readonly objects: Objects
  readonly sequences: Sequences
  /** The point of this site, and the one that it keeps itself. */
  readonly own: { readonly url: string; readonly blobs: BlobStore }
  /** To the points of others. */
  readonly connection: Connection
  readonly now: () => Date
}

/** Milliseconds: many may look, and asking a registry for every chunk takes its time. */
const REMEMBERED = 60_000
/** Requests at a time. */
const AT_ONCE = 16

/** Where contents are looked for. */
interface Shelf {
  has(sha256: string): Promise<boolean>
  read(sha256: string): Promise<Uint8Array | undefined>
}

export function storedContents({ objects, sequences, own, connection, now }: StoredContentsOptions): StoredContents {
  const shelfOf = (distributionPoint: string): Shelf =>
    distributionPoint === own.url
      ? {
          has: async sha256 => (await own.blobs.sizeOf(sha256)) !== undefined,
          read: own.blobs.whole,
        }
      : {
          has: sha256 => hasBlob(connection, blobUrl(distributionPoint, sha256)),
          async read(sha256) {
            const stream = await readBlob(connection, blobUrl(distributionPoint, sha256))
            return stream && (await buffer(stream))
          },
        }
  const look = async (): Promise<readonly StoredContent[]> => {
    const site = await objects.site()
    const wanted = new Map<string, { name: string; revision: number; published: PublishedSequence }>()
    for (const { taskSequence: name, revision: fixed } of Object.values(site.deployments)) {
      const revision = fixed ?? (await sequences.latest(name))
      const published = revision === undefined ? undefined : await sequences.read(name, revision)
      if (published) wanted.set(`${name} ${revision}`, { name, revision: revision!, published })
    }
    const points = new Set([
      ...Object.values(site.boundaries).flatMap(({ distributionPoints }) => distributionPoints),
      ...(site.distributionPoints.length > 0 ? site.distributionPoints : [own.url]),
    ])
    return await Promise.all(
      [...points].map(async distributionPoint => {
        const shelf = shelfOf(distributionPoint)
        const found: StoredSequence[] = []
        try {
          for (const { name, revision, published } of wanted.values())
            found.push({ name, revision, ...(await countOn(shelf, published)) })
        } catch (error) {
          return { distributionPoint, sequences: found, error: (error as Error).message }
        }
        return { distributionPoint, sequences: found }
      }),
    )
  }
  let remembered: { readonly at: number; readonly found: Promise<readonly StoredContent[]> } | undefined
  return () => {
    const at = now().getTime()
    if (!remembered || at - remembered.at > REMEMBERED) {
      remembered = { at, found: look() }
      remembered.found.catch(() => {
        remembered = undefined
      })
    }
    return remembered.found
  }
}

async function countOn(shelf: Shelf, published: PublishedSequence): Promise<Omit<StoredSequence, 'name' | 'revision'>> {
  const needed = await requiredBlobs(published, list => shelf.read(list.sha256))
  const count = { blobs: 0, bytes: 0, missingBlobs: 0, missingBytes: 0 }
  await pMap(
    needed,
    async ({ sha256, size }) => {
      const isThere = await shelf.has(sha256)
      count.blobs += 1
      count.bytes += size
      count.missingBlobs += isThere ? 0 : 1
      count.missingBytes += isThere ? 0 : size
    },
    { concurrency: AT_ONCE },
  )
  return count
}
