import * as z from 'zod'
import { clientName, isoTime, objectName } from '../documents/fields.ts'
import {
  type KnownMedium,
  knownMedium,
  mediumId,
  type RegisteredMedium,
  registeredMedium,
} from '../documents/medium.ts'
import { type PublishedSequence, publishedSequence } from '../documents/published-sequence.ts'
import { type StatusMessage, statusMessage } from '../documents/status-message.ts'
import { empty, type Route } from './route.ts'

/** A user affinity that waits for approval. */
export interface WaitingAffinity {
  readonly client: string
  readonly user: string
}

/** A difference between the declared and the stored objects of a site. */
export interface Change {
  readonly kind: string
  readonly name: string
  readonly change: 'add' | 'change' | 'remove'
}

interface RevisionName {
  readonly name: string
  readonly revision: number
}
/** Revisions removed and retained, and the contents removed. */
export interface Pruned {
  readonly removed: readonly RevisionName[]
  readonly kept: readonly RevisionName[]
  /** Blobs removed from the site's own distribution point. */
  readonly blobs: number
  readonly bytes: number
}

const revisionName: z.ZodType<RevisionName> = z.strictObject({ name: objectName, revision: z.int() })

/** Routes for administrators and for builds. */
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
    summary: 'Creates a code that signs in one browser to the read-only page',
    caller: 'administrator',
    request: empty,
    response: z.strictObject({ code: z.string(), validTo: isoTime }),
  },
  apply: {
    method: 'POST',
    path: '/v1/admin/apply',
    summary: 'Replaces the objects of the site with the given ones; a trial only returns the changes',
    caller: 'administrator',
    request: z.strictObject({ site: z.json(), isTrial: z.boolean() }),
    response: z.strictObject({
      changes: z.array(
        z.strictObject({ kind: z.string(), name: z.string(), change: z.enum(['add', 'change', 'remove']) }),
      ),
    }),
  },
  prune: {
    method: 'POST',
    path: '/v1/admin/prune',
    summary:
      'Removes revisions that are neither deployed nor among the latest, and unreferenced contents of this site that are older than the given hours',
    caller: 'administrator',
    request: z.strictObject({ keep: z.int().min(1), hours: z.number().min(0), isTrial: z.boolean() }),
    response: z.strictObject({
      removed: z.array(revisionName),
      kept: z.array(revisionName),
      blobs: z.int(),
      bytes: z.int(),
    }),
  },
  publish: {
    method: 'POST',
    path: '/v1/admin/sequences',
    summary: 'Publishes a task sequence; adds a revision when it differs from the latest',
    caller: 'administrator',
    request: publishedSequence,
    response: z.strictObject({ revision: z.int(), isNew: z.boolean() }),
  },
  register: {
    method: 'POST',
    path: '/v1/admin/media',
    summary: 'Registers a medium with its certificate',
    caller: 'administrator',
    request: registeredMedium,
    response: knownMedium,
  },
  media: {
    method: 'GET',
    path: '/v1/admin/media',
    summary: 'Lists the registered media',
    caller: 'administrator',
    request: empty,
    response: z.strictObject({ media: z.array(knownMedium) }),
  },
  block: {
    method: 'POST',
    path: '/v1/admin/media/{id}/block',
    summary: 'Blocks or unblocks a medium',
    caller: 'administrator',
    request: z.strictObject({ id: mediumId, isBlocked: z.boolean() }),
    response: knownMedium,
  },
  messages: {
    method: 'GET',
    path: '/v1/admin/status',
    summary: 'Lists status messages of computers, latest first',
    caller: 'administrator',
    request: z.strictObject({ client: clientName.optional() }),
    response: z.strictObject({ messages: z.array(statusMessage) }),
  },
  affinities: {
    method: 'GET',
    path: '/v1/admin/affinity',
    summary: 'Lists user affinities that wait for approval',
    caller: 'administrator',
    request: empty,
    response: z.strictObject({ waiting: z.array(z.strictObject({ client: clientName, user: z.string() })) }),
  },
  approve: {
    method: 'POST',
    path: '/v1/admin/affinity/{client}/approve',
    summary: 'Approves the user affinities of a computer',
    caller: 'administrator',
    request: z.strictObject({ client: clientName }),
    response: z.strictObject({ approved: z.int() }),
  },
}
