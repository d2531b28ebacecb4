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
import { nothing, type Route } from './route.ts'

/** What the page of the site asks. */
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
  computers: {
    method: 'GET',
    path: '/v1/computers',
    summary: 'The computers that asked, and those that are declared',
    by: 'viewer',
    request: nothing,
    answer: z.strictObject({ computers: knownComputers }),
  },
  sequences: {
    method: 'GET',
    path: '/v1/sequences',
    summary: 'The revisions of task sequences, with what they carry and where they are deployed',
    by: 'viewer',
    request: nothing,
    answer: z.strictObject({ sequences: knownSequences }),
  },
}
