import * as z from 'zod'
import {
  type KnownComputer,
  type KnownSequence,
  knownComputers,
  knownSequences,
  logTail,
  type Overview,
  overview,
  type StoredContent,
  storedContents,
} from '../documents/overview.ts'
import { type StatusMessage, statusMessage } from '../documents/status-message.ts'
import { empty, type Route } from './route.ts'

/** Routes for the site's page. */
export interface ViewersRoutes {
  readonly overview: Route<Record<string, never>, Overview>
  readonly run: Route<{ run: string }, { messages: readonly StatusMessage[]; tail: readonly string[] }>
  readonly contents: Route<Record<string, never>, { contents: readonly StoredContent[] }>
  readonly computers: Route<Record<string, never>, { computers: readonly KnownComputer[] }>
  readonly sequences: Route<Record<string, never>, { sequences: readonly KnownSequence[] }>
}

export const viewersRoutes: ViewersRoutes = {
  overview: {
    method: 'GET',
    path: '/v1/overview',
    summary: 'Returns the runs of task sequences, latest first, and the registered media',
    caller: 'viewer',
    request: empty,
    response: overview,
  },
  run: {
    method: 'GET',
    path: '/v1/runs/{run}',
    summary: 'Returns the status messages of a run in order, and the end of its log',
    caller: 'viewer',
    request: z.strictObject({ run: z.uuid() }),
    response: z.strictObject({ messages: z.array(statusMessage), tail: logTail }),
  },
  contents: {
    method: 'GET',
    path: '/v1/contents',
    summary: 'Returns how much of the deployed contents each distribution point stores',
    caller: 'viewer',
    request: empty,
    response: z.strictObject({ contents: storedContents }),
  },
  computers: {
    method: 'GET',
    path: '/v1/computers',
    summary: 'Lists the computers that have contacted the site or are declared',
    caller: 'viewer',
    request: empty,
    response: z.strictObject({ computers: knownComputers }),
  },
  sequences: {
    method: 'GET',
    path: '/v1/sequences',
    summary: 'Lists the revisions of task sequences with their contents and deployments',
    caller: 'viewer',
    request: empty,
    response: z.strictObject({ sequences: knownSequences }),
  },
}
