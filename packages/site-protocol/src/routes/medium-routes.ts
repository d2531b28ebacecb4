import type { Variable } from '@bootwright/medium-format'
import * as z from 'zod'
import { type ComputerIdentity, computerIdentity } from '../documents/computer-identity.ts'
import { type StepProgress, stepProgress } from '../documents/overview.ts'
import {
  clientName,
  isoTime,
  objectName,
  type PublishedSequence,
  publishedSequence,
  variables,
} from '../documents/published-sequence.ts'
import { type StatusMessage, statusMessage } from '../documents/status-message.ts'
import { nothing, type Route } from './route.ts'

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

/** Messages of one request. */
const MESSAGES_LIMIT = 500
const urls = z.array(z.url({ protocol: /^https?$/ }))
const offeredDeployment: z.ZodType<OfferedDeployment> = z.strictObject({
  id: objectName,
  taskSequence: objectName,
  revision: z.int().min(1),
  description: z.string(),
  purpose: z.enum(['required', 'available']),
})

/** What computers ask that were started from media. */
export interface MediaRoutes {
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
}

export const mediaRoutes: MediaRoutes = {
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
}
