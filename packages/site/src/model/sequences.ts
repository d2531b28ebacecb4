import type { BlobStore } from '@bootwright/distribution-point'
import { type PublishedSequence, type ResponseOf, requiredBlobs } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'

/** Published task sequences. Revisions are immutable. */
export interface Sequences {
  /** Number of the latest revision; undefined when the sequence has never been published. */
  latest(name: string): Promise<number | undefined>
  /** By name, latest revision first. */
  list(): Promise<
    readonly { readonly created: string; readonly revision: number; readonly published: PublishedSequence }[]
  >
  read(name: string, revision: number): Promise<PublishedSequence | undefined>
  /** Adds a revision when it differs from the latest. */
  publish(published: PublishedSequence): Promise<ResponseOf<'publish'>>
}

const REVISIONS_LIMIT = 500

export function openSequences(database: Database, blobs: BlobStore, now: () => Date): Sequences {
  return {
    async latest(name) {
      const row = await database
        .selectFrom('sequences')
        .select('revision')
        .where('name', '=', name)
        .orderBy('revision', 'desc')
        .executeTakeFirst()
      return row && Number(row.revision)
    },
    async read(name, revision) {
      const row = await database
        .selectFrom('sequences')
        .select('document')
        .where('name', '=', name)
        .where('revision', '=', revision)
        .executeTakeFirst()
      return row && JSON.parse(row.document)
    },
    async list() {
      const rows = await database
        .selectFrom('sequences')
        .selectAll()
        .orderBy('name')
        .orderBy('revision', 'desc')
        .limit(REVISIONS_LIMIT)
        .execute()
      return rows.map(({ created, revision, document }) => ({
        created,
        revision: Number(revision),
        published: JSON.parse(document),
      }))
    },
    async publish(published) {
      // Chunk lists at other distribution points are unknown here, and their chunks are never requested from this site.
      const needed = await requiredBlobs(published, list => blobs.readAll(list.sha256))
      return await database.transaction().execute(async transaction => {
        const document = JSON.stringify(published)
        const row = await transaction
          .selectFrom('sequences')
          .selectAll()
          .where('name', '=', published.name)
          .orderBy('revision', 'desc')
          .executeTakeFirst()
        if (row?.document === document) return { revision: Number(row.revision), isNew: false }
        const revision = Number(row?.revision ?? 0) + 1
        await transaction
          .insertInto('sequences')
          .values({ name: published.name, revision, document, created: now().toISOString() })
          .execute()
        for (const { sha256 } of needed)
          await transaction.insertInto('sequence_blobs').values({ sha256, name: published.name, revision }).execute()
        return { revision, isNew: true }
      })
    },
  }
}
