import * as z from 'zod'
import {
  type KnownMedium,
  knownMedium,
  mediumId,
  type RegisteredMedium,
  registeredMedium,
} from '../documents/medium.ts'
import {
  clientName,
  isoTime,
  objectName,
  type PublishedSequence,
  publishedSequence,
} from '../documents/published-sequence.ts'
import { type StatusMessage, statusMessage } from '../documents/status-message.ts'
import { nothing, type Route } from './route.ts'

/** A user of a computer that waits for an administrator. */
export interface WaitingAffinity {
  readonly client: string
  readonly user: string
}

export interface Change {
  readonly kind: string
  readonly name: string
  readonly change: 'add' | 'change' | 'remove'
}

interface RevisionName {
  readonly name: string
  readonly revision: number
}
export interface Pruned {
  readonly removed: readonly RevisionName[]
  readonly kept: readonly RevisionName[]
  /** Of the site's own contents. */
  readonly blobs: number
  readonly bytes: number
}

const revisionName: z.ZodType<RevisionName> = z.strictObject({ name: objectName, revision: z.int() })

/** What administrators ask, and what builds media. */
export interface AdministratorsRoutes {
  readonly admit: Route<Record<string, never>, { code: string; validTo: string }>
  readonly apply: Route<{ site: unknown; isTrial: boolean }, { changes: readonly Change[] }>
  readonly prune: Route<{ keep: number; hours: number; isTrial: boolean }, Pruned>
  readonly publish: Route<PublishedSequence, { revision: number; isNew: boolean }>
  readonly register: Route<RegisteredMedium, KnownMedium>
  readonly media: Route<Record<string, never>, { media: readonly KnownMedium[] }>
  readonly block: Route<{ id: string; isBlocked: boolean }, KnownMedium>
  readonly messages: Route<{ client?: string | undefined }, { messages: readonly StatusMessage[] }>
  readonly affinities: Route<Record<string, never>, { waiting: readonly WaitingAffinity[] }>
  readonly approve: Route<{ client: string }, { approved: number }>
}

export const administratorsRoutes: AdministratorsRoutes = {
  admit: {
    method: 'POST',
    path: '/v1/admin/admit',
    summary: 'A code by which one browser may look at the page, and change nothing',
    by: 'administrator',
    request: nothing,
    answer: z.strictObject({ code: z.string(), validTo: isoTime }),
  },
  apply: {
    method: 'POST',
    path: '/v1/admin/apply',
    summary: 'Makes the objects of the site those that are given; as a trial only says what would change',
    by: 'administrator',
    request: z.strictObject({ site: z.json(), isTrial: z.boolean() }),
    answer: z.strictObject({
      changes: z.array(
        z.strictObject({ kind: z.string(), name: z.string(), change: z.enum(['add', 'change', 'remove']) }),
      ),
    }),
  },
  prune: {
    method: 'POST',
    path: '/v1/admin/prune',
    summary:
      'Removes revisions that are neither deployed nor among the last, and contents here that none needs and that are older than so many hours',
    by: 'administrator',
    request: z.strictObject({ keep: z.int().min(1), hours: z.number().min(0), isTrial: z.boolean() }),
    answer: z.strictObject({
      removed: z.array(revisionName),
      kept: z.array(revisionName),
      blobs: z.int(),
      bytes: z.int(),
    }),
  },
  publish: {
    method: 'POST',
    path: '/v1/admin/sequences',
    summary: 'Adds a revision of a task sequence, when it differs from the last',
    by: 'administrator',
    request: publishedSequence,
    answer: z.strictObject({ revision: z.int(), isNew: z.boolean() }),
  },
  register: {
    method: 'POST',
    path: '/v1/admin/media',
    summary: 'Registers a medium with its certificate',
    by: 'administrator',
    request: registeredMedium,
    answer: knownMedium,
  },
  media: {
    method: 'GET',
    path: '/v1/admin/media',
    summary: 'The media that were registered',
    by: 'administrator',
    request: nothing,
    answer: z.strictObject({ media: z.array(knownMedium) }),
  },
  block: {
    method: 'POST',
    path: '/v1/admin/media/{id}/block',
    summary: 'Refuses a medium from now on, or no more',
    by: 'administrator',
    request: z.strictObject({ id: mediumId, isBlocked: z.boolean() }),
    answer: knownMedium,
  },
  messages: {
    method: 'GET',
    path: '/v1/admin/status',
    summary: 'What computers said, latest first',
    by: 'administrator',
    request: z.strictObject({ client: clientName.optional() }),
    answer: z.strictObject({ messages: z.array(statusMessage) }),
  },
  affinities: {
    method: 'GET',
    path: '/v1/admin/affinity',
    summary: 'Users of computers that nobody agreed to yet',
    by: 'administrator',
    request: nothing,
    answer: z.strictObject({ waiting: z.array(z.strictObject({ client: clientName, user: z.string() })) }),
  },
  approve: {
    method: 'POST',
    path: '/v1/admin/affinity/{client}/approve',
    summary: 'Agrees to the users that a computer asked for',
    by: 'administrator',
    request: z.strictObject({ client: clientName }),
    answer: z.strictObject({ approved: z.int() }),
  },
}
