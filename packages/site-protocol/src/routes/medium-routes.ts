import type { Variable } from '@bootwright/medium-format'
import * as z from 'zod'
import { type ComputerIdentity, computerIdentity } from '../documents/computer-identity.ts'
import { clientName, httpUrl, isoTime, objectName, variables } from '../documents/fields.ts'
import { type StepProgress, stepProgress } from '../documents/overview.ts'
import { type PublishedSequence, publishedSequence } from '../documents/published-sequence.ts'
import { type StatusMessage, statusMessage } from '../documents/status-message.ts'
import { empty, type Route } from './route.ts'

/** The time, signed with the key of the management point's certificate, so that it can be verified without a correct clock. */
export interface SignedTime {
  /** ISO 8601. */
  readonly time: string
  /** The nonce of the request, which prevents replay. */
  readonly nonce: string
  /** PEM; the point's own certificate first. */
  readonly certificates: readonly string[]
  /** Base64: signature (SHA-256) with the key of the first certificate over `time`, a line feed and `nonce`. */
  readonly signature: string
}
export const signedText = ({ time, nonce }: Pick<SignedTime, 'time' | 'nonce'>): string => `${time}\n${nonce}`

/** The points that serve a computer. */
export interface Location {
  /** URLs, nearest first. */
  readonly managementPoints: readonly string[]
  /** URLs in groups, nearest group first; the points of a group are equally near. */
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
  /** Identifier of the computer in later requests. */
  readonly client: string
  /** Declared name; absent for an unknown computer. */
  readonly name?: string | undefined
  readonly variables: Readonly<Record<string, Variable>>
  readonly deployments: readonly OfferedDeployment[]
}

/** State of a user affinity: approved, or waiting for an administrator. */
export type AffinityState = 'approved' | 'pending'

/** Messages of one request. */
const MESSAGES_LIMIT = 500
const urls = z.array(httpUrl)
const offeredDeployment: z.ZodType<OfferedDeployment> = z.strictObject({
  id: objectName,
  taskSequence: objectName,
  revision: z.int().min(1),
  description: z.string(),
  purpose: z.enum(['required', 'available']),
})

/** Routes for computers that were started from a medium. */
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
    summary: 'Returns the signed time',
    caller: 'anyone',
    request: z.strictObject({ nonce: z.string().regex(/^[\w-]{16,64}$/) }),
    response: z.strictObject({
      time: isoTime,
      nonce: z.string(),
      certificates: z.array(z.string()),
      signature: z.base64(),
    }),
  },
  location: {
    method: 'POST',
    path: '/v1/location',
    summary: 'Returns the management points and distribution points that serve a computer with these addresses',
    caller: 'medium',
    request: z.strictObject({ ipAddresses: z.array(z.string().max(64)).max(64) }),
    response: z.strictObject({ managementPoints: urls, distributionPoints: z.array(urls) }),
  },
  policy: {
    method: 'POST',
    path: '/v1/policy',
    summary:
      'Returns the variables and deployments of a computer. Hidden deployments are included only when requested by name',
    caller: 'medium',
    request: z.strictObject({ computer: computerIdentity, preferred: z.string().max(100).optional() }),
    response: z.strictObject({
      client: clientName,
      name: z.string().optional(),
      variables,
      deployments: z.array(offeredDeployment),
    }),
  },
  sequence: {
    method: 'POST',
    path: '/v1/deployments/{id}/sequence',
    summary: 'Returns the task sequence of an offered deployment',
    caller: 'medium',
    request: z.strictObject({ id: objectName, client: clientName, revision: z.int().min(1) }),
    response: publishedSequence,
  },
  status: {
    method: 'POST',
    path: '/v1/status',
    summary: 'Reports status messages',
    caller: 'medium',
    request: z.strictObject({ messages: z.array(statusMessage).max(MESSAGES_LIMIT) }),
    response: z.strictObject({ accepted: z.int() }),
  },
  progress: {
    method: 'POST',
    path: '/v1/progress',
    summary: 'Reports the progress of the current step',
    caller: 'medium',
    request: stepProgress,
    response: empty,
  },
  affinity: {
    method: 'POST',
    path: '/v1/affinity',
    summary: 'Requests user affinities of a computer and returns their state',
    caller: 'medium',
    request: z.strictObject({
      client: clientName,
      users: z.array(z.string().min(1).max(256)).min(1).max(32),
      mode: z.enum(['automatic', 'pending']),
    }),
    response: z.strictObject({ state: z.enum(['approved', 'pending']) }),
  },
}
