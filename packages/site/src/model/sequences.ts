import type { BlobStore } from '@bootwright/distribution-point'
import { type AnswerOf, type PublishedSequence, requiredBlobs } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'

/** Task sequences, whose revisions never change. */
export interface Sequences {
  /** Its number; undefined when the sequence was never published. */
  latest(name: string): Promise<number | undefined>
  /** The latest first. */
  list(): Promise<
    readonly { readonly created: string; readonly revision: number; readonly published: PublishedSequence }[]
  >
  read(name: string, revision: number): Promise<PublishedSequence | undefined>
  /** Adds a revision, when it differs from the last. */
  publish(published: PublishedSequence): Promise<AnswerOf<'publish'>>
}

const REVISIONS_SHOWN = 500

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
        .limit(REVISIONS_SHOWN)
        .execute()
      return rows.map(({ created, revision, document }) => ({
        created,
        revision: Number(revision),
        published: JSON.parse(document),
      }))
    },
    async publish(published) {
      // Chunks that another distribution point has are not known here, and not asked for here.
      const needed = await requiredBlobs(published, list => blobs.whole(list.sha256))
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
