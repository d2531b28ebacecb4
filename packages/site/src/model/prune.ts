import { type BlobStore, referencedBlobs, tagOf } from '@bootwright/distribution-point'
import type { RequestOf, ResponseOf } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'
import type { Objects } from './objects.ts'

export type Prune = (request: RequestOf<'prune'>) => Promise<ResponseOf<'prune'>>

export interface PruneOptions {
  readonly database: Database
  readonly objects: Objects
  readonly blobs: BlobStore
  readonly now: () => Date
}

type Revision = ResponseOf<'prune'>['kept'][number]

/** Milliseconds. */
const HOUR = 60 * 60 * 1000
/** Bytes: larger blobs are not manifests. */
const MANIFEST_LIMIT = 8 << 20

const keyOf = ({ name, revision }: { readonly name: string; readonly revision: number }): string =>
  `${name} ${revision}`

/** Removes revisions that are neither deployed nor among the latest, and the site's own blobs that no remaining revision references. */
export const createPrune =
  ({ database, objects, blobs, now }: PruneOptions): Prune =>
  async ({ keep, hours, isTrial }) => {
    const { removed, kept } = await selectRevisions(keep)
    const removedTags = new Set(removed.map(({ name, revision }) => tagOf(name, revision)))
    const referenced = await blobsReferencedWithout(new Set(removed.map(keyOf)), removedTags)

    if (!isTrial)
      await database.transaction().execute(async transaction => {
        for (const { name, revision } of removed)
          for (const table of ['sequences', 'sequence_blobs', 'grants'] as const)
            await transaction.deleteFrom(table).where('name', '=', name).where('revision', '=', revision).execute()
        for (const tag of removedTags) await transaction.deleteFrom('tags').where('tag', '=', tag).execute()
      })
    const totals = { blobs: 0, bytes: 0 }
    // Recent blobs may belong to a revision that is still being published.
    const before = new Date(now().getTime() - hours * HOUR)
    if (!isTrial) await blobs.removeStaleUploads(before)
    for await (const { sha256, size, modified } of blobs.list()) {
      if (referenced.has(sha256) || modified > before) continue
      if (!isTrial) await blobs.remove(sha256)
      totals.blobs += 1
      totals.bytes += size
    }
    return { removed, kept, ...totals }

    async function selectRevisions(
      latest: number,
    ): Promise<{ readonly removed: Revision[]; readonly kept: Revision[] }> {
      const { deployments } = await objects.site()
      const deployed = new Set(
        Object.values(deployments).map(({ taskSequence, revision }) => `${taskSequence} ${revision}`),
      )
      const rows = await database
        .selectFrom('sequences')
        .select(['name', 'revision'])
        .orderBy('name')
        .orderBy('revision', 'desc')
        .execute()
      const counts = new Map<string, number>()
      const result = { removed: [] as Revision[], kept: [] as Revision[] }
      for (const { name, revision } of rows.map(each => ({ ...each, revision: Number(each.revision) }))) {
        const count = (counts.get(name) ?? 0) + 1
        counts.set(name, count)
        const isRetained = count <= latest || deployed.has(keyOf({ name, revision }))
        result[isRetained ? 'kept' : 'removed'].push({ name, revision })
      }
      return result
    }

    async function blobsReferencedWithout(
      revisions: ReadonlySet<string>,
      tags: ReadonlySet<string>,
    ): Promise<ReadonlySet<string>> {
      const all = await database.selectFrom('sequence_blobs').selectAll().execute()
      const found = new Set(all.flatMap(each => (revisions.has(keyOf(each)) ? [] : [each.sha256])))
      const queue = (await database.selectFrom('tags').selectAll().execute()).flatMap(({ tag, sha256 }) =>
        tags.has(tag) ? [] : [sha256],
      )
      for (let sha256 = queue.pop(); sha256 !== undefined; sha256 = queue.pop()) {
        if (found.has(sha256)) continue
        found.add(sha256)
        const size = await blobs.sizeOf(sha256)
        const data = size !== undefined && size <= MANIFEST_LIMIT ? await blobs.readAll(sha256) : undefined
        queue.push(...((data && referencedBlobs(data)) ?? []).map(each => each.sha256))
      }
      return found
    }
  }
