import { type BlobStore, blobsNamed, tagOf } from '@bootwright/distribution-point'
import type { AnswerOf, RequestOf } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'
import type { Objects } from './objects.ts'

export type Prune = (request: RequestOf<'prune'>) => Promise<AnswerOf<'prune'>>

export interface PruneOptions {
  readonly database: Database
  readonly objects: Objects
  readonly blobs: BlobStore
  readonly now: () => Date
}

type Revision = AnswerOf<'prune'>['kept'][number]

const HOUR = 60 * 60 * 1000

/** Removes revisions that are neither deployed nor among the last, and of the site's own contents what none that stays needs. */
export const createPrune =
  ({ database, objects, blobs, now }: PruneOptions): Prune =>
  async ({ keep, hours, isTrial }) => {
    const { deployments } = await objects.site()
    const pinned = new Set(
      Object.values(deployments).map(({ taskSequence, revision }) => `${taskSequence} ${revision}`),
    )
    const rows = await database
      .selectFrom('sequences')
      .select(['name', 'revision'])
      .orderBy('name')
      .orderBy('revision', 'desc')
      .execute()
    const seen = new Map<string, number>()
    const removed: Revision[] = []
    const kept: Revision[] = []
    for (const { name, revision } of rows.map(each => ({ ...each, revision: Number(each.revision) }))) {
      const place = (seen.get(name) ?? 0) + 1
      seen.set(name, place)
      const isKept = place <= keep || pinned.has(`${name} ${revision}`)
      ;(isKept ? kept : removed).push({ name, revision })
    }
    const going = new Set(removed.map(({ name, revision }) => `${name} ${revision}`))
    const tags = new Set(removed.map(({ name, revision }) => tagOf(name, revision)))
    const needed = await neededBy(going, tags)

    if (!isTrial)
      await database.transaction().execute(async transaction => {
        for (const { name, revision } of removed)
          for (const table of ['sequences', 'sequence_blobs', 'grants'] as const)
            await transaction.deleteFrom(table).where('name', '=', name).where('revision', '=', revision).execute()
        for (const tag of tags) await transaction.deleteFrom('tags').where('tag', '=', tag).execute()
      })
    const unneeded = { blobs: 0, bytes: 0 }
    // What came a moment ago may belong to a revision that is being published.
    const before = new Date(now().getTime() - hours * HOUR)
    if (!isTrial) await blobs.tidy(before)
    for await (const { sha256, size, modified } of blobs.list()) {
      if (needed.has(sha256) || modified > before) continue
      if (!isTrial) await blobs.remove(sha256)
      unneeded.blobs += 1
      unneeded.bytes += size
    }
    return { removed, kept, ...unneeded }

    async function neededBy(
      without: ReadonlySet<string>,
      withoutTags: ReadonlySet<string>,
    ): Promise<ReadonlySet<string>> {
      const all = await database.selectFrom('sequence_blobs').selectAll().execute()
      const found = new Set(all.flatMap(each => (without.has(`${each.name} ${each.revision}`) ? [] : [each.sha256])))
      const queue = (await database.selectFrom('tags').selectAll().execute()).flatMap(({ tag, sha256 }) =>
        withoutTags.has(tag) ? [] : [sha256],
      )
      for (let sha256 = queue.pop(); sha256 !== undefined; sha256 = queue.pop()) {
        if (found.has(sha256)) continue
        found.add(sha256)
        const size = await blobs.sizeOf(sha256)
        const data = size !== undefined && size <= MANIFEST_LIMIT ? await blobs.whole(sha256) : undefined
        queue.push(...((data && blobsNamed(data)) ?? []).map(each => each.sha256))
      }
      return found
    }
  }

/** Bytes: what is larger names nothing. */
const MANIFEST_LIMIT = 8 << 20
