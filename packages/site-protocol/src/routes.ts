import type { Variable } from '@bootwright/medium'
import * as z from 'zod'
import { clientName, isoTime, objectName, type PublishedSequence, publishedSequence, variables } from './documents.ts'
import { type ComputerIdentity, computerIdentity } from './identity.ts'
import { type KnownMedium, knownMedium, mediumId, type RegisteredMedium, registeredMedium } from './media.ts'
import {
  logTail,
  type Overview,
  overview,
  type StepProgress,
  type StoredContent,
  stepProgress,
  storedContents,
} from './overview.ts'
import { type StatusMessage, statusMessage } from './status.ts'

/** What may be asked of a management point. The description by OpenAPI is made of it. */
export interface Route<Request, Answer> {
  readonly method: 'GET' | 'POST'
  /** Parameters as `{name}`, which are in the request too. */
  readonly path: string
  readonly summary: string
  /** Whose certificate is asked for; a viewer is an administrator, or a browser that one of them let in. */
  readonly by: 'anybody' | 'medium' | 'viewer' | 'administrator'
  readonly request: z.ZodType<Request>
  readonly answer: z.ZodType<Answer>
}

/** Messages of one request. */
const MESSAGES_LIMIT = 500
const nothing = z.strictObject({})

/** The time, signed by the key of the management point's certificate, so that it can be believed before dates of certificates can. */
export interface SignedTime {
  /** ISO 8601. */
  readonly time: string
  /** Of the request: an old answer is none. */
  readonly nonce: string
  /** PEM, the point's own first. */
  readonly certificates: readonly string[]
  /** SHA-256 with the key of the first, over `time`, a line end and `nonce`, in base64. */
  readonly signature: string
}
export const signedText = ({ time, nonce }: Pick<SignedTime, 'time' | 'nonce'>): string => `${time}\n${nonce}`

export interface Location {
  /** The points for a computer that is there, nearest first. */
  readonly managementPoints: readonly string[]
  /** Nearest first; those that stand together are equally near. */
  readonly distributionPoints: readonly (readonly string[])[]
}

export interface OfferedDeployment {
  readonly id: string
  readonly taskSequence: string
  readonly revision: number
  readonly description: string
  readonly purpose: 'required' | 'available'
}

export interface Policy {
  /** How the site calls the computer from now on. */
  readonly client: string
  /** Absent of a computer that the site does not know. */
  readonly name?: string | undefined
  readonly variables: Readonly<Record<string, Variable>>
  readonly deployments: readonly OfferedDeployment[]
}

/** Whether those who sign in to the computer are its users: at once, when an administrator agrees, or not at all. */
export type AffinityState = 'approved' | 'pending'

/** A user of a computer that waits for an administrator. */
export interface WaitingAffinity {
  readonly client: string
  readonly user: string
}

const urls = z.array(z.url({ protocol: /^https?$/ }))
const revisionName = z.strictObject({ name: objectName, revision: z.int() })
const offeredDeployment: z.ZodType<OfferedDeployment> = z.strictObject({
  id: objectName,
  taskSequence: objectName,
  revision: z.int().min(1),
  description: z.string(),
  purpose: z.enum(['required', 'available']),
})

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

/** What is asked, by its name: the request, and the answer. */
interface Routes {
  readonly time: Route<{ nonce: string }, SignedTime>
  readonly location: Route<{ ipAddresses: readonly string[] }, Location>
  readonly policy: Route<{ computer: ComputerIdentity; preferred?: string | undefined }, Policy>
  readonly sequence: Route<{ id: string; client: string; revision: number }, PublishedSequence>
  readonly status: Route<{ messages: readonly StatusMessage[] }, { accepted: number }>
  readonly progress: Route<StepProgress, Record<string, never>>
  readonly affinity: Route<
    { client: string; users: readonly string[]; mode: 'automatic' | 'pending' },
    { state: AffinityState }
  >
  readonly overview: Route<Record<string, never>, Overview>
  readonly run: Route<{ run: string }, { messages: readonly StatusMessage[]; tail: readonly string[] }>
  readonly contents: Route<Record<string, never>, { contents: readonly StoredContent[] }>
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

export const ROUTES: Routes = {
  time: {
    method: 'GET',
    path: '/v1/time',
    summary: 'The time, signed',
    by: 'anybody',
    request: z.strictObject({ nonce: z.string().regex(/^[\w-]{16,64}$/) }),
    answer: z.strictObject({
      time: isoTime,
      nonce: z.string(),
      certificates: z.array(z.string()),
      signature: z.base64(),
    }),
  },
  location: {
    method: 'POST',
    path: '/v1/location',
    summary: 'Which management points and distribution points serve a computer with these addresses',
    by: 'medium',
    request: z.strictObject({ ipAddresses: z.array(z.string().max(64)).max(64) }),
    answer: z.strictObject({ managementPoints: urls, distributionPoints: z.array(urls) }),
  },
  policy: {
    method: 'POST',
    path: '/v1/policy',
    summary: 'What is deployed to a computer. A hidden deployment is offered only to who names it',
    by: 'medium',
    request: z.strictObject({ computer: computerIdentity, preferred: z.string().max(100).optional() }),
    answer: z.strictObject({
      client: clientName,
      name: z.string().optional(),
      variables,
      deployments: z.array(offeredDeployment),
    }),
  },
  sequence: {
    method: 'POST',
    path: '/v1/deployments/{id}/sequence',
    summary: 'The task sequence of a deployment that was offered',
    by: 'medium',
    request: z.strictObject({ id: objectName, client: clientName, revision: z.int().min(1) }),
    answer: publishedSequence,
  },
  status: {
    method: 'POST',
    path: '/v1/status',
    summary: 'How a sequence goes on',
    by: 'medium',
    request: z.strictObject({ messages: z.array(statusMessage).max(MESSAGES_LIMIT) }),
    answer: z.strictObject({ accepted: z.int() }),
  },
  progress: {
    method: 'POST',
    path: '/v1/progress',
    summary: 'How far a step is',
    by: 'medium',
    request: stepProgress,
    answer: nothing,
  },
  affinity: {
    method: 'POST',
    path: '/v1/affinity',
    summary: 'Asks for users of a computer, and whether an administrator agreed',
    by: 'medium',
    request: z.strictObject({
      client: clientName,
      users: z.array(z.string().min(1).max(256)).min(1).max(32),
      mode: z.enum(['automatic', 'pending']),
    }),
    answer: z.strictObject({ state: z.enum(['approved', 'pending']) }),
  },
  overview: {
    method: 'GET',
    path: '/v1/overview',
    summary: 'What goes on: runs of sequences, the latest first, and the media that were registered',
    by: 'viewer',
    request: nothing,
    answer: overview,
  },
  run: {
    method: 'GET',
    path: '/v1/runs/{run}',
    summary: 'What a computer said of one run, in order, and the end of its log',
    by: 'viewer',
    request: z.strictObject({ run: z.uuid() }),
    answer: z.strictObject({ messages: z.array(statusMessage), tail: logTail }),
  },
  contents: {
    method: 'GET',
    path: '/v1/contents',
    summary: 'What each distribution point has of what is deployed',
    by: 'viewer',
    request: nothing,
    answer: z.strictObject({ contents: storedContents }),
  },
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

export type RouteName = keyof Routes
export type RequestOf<N extends RouteName> = Routes[N] extends Route<infer Request, unknown> ? Request : never
export type AnswerOf<N extends RouteName> = Routes[N] extends Route<infer _, infer Answer> ? Answer : never
