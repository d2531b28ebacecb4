import * as z from 'zod'
import { clientName, isoTime, objectName } from './published-sequence.ts'

export interface StatusMessage {
  /** Of one run of one sequence; made by the computer. */
  readonly run: string
  /** Counts up from 0 within the run: what is delivered twice is the same. */
  readonly number: number
  readonly client: string
  readonly deployment: string
  /** ISO 8601. */
  readonly time: string
  readonly event:
    | 'sequenceStarted'
    | 'sequenceSucceeded'
    | 'sequenceFailed'
    | 'stepStarted'
    | 'stepSucceeded'
    | 'stepFailed'
    | 'stepSkipped'
    | 'restart'
  readonly step?: { readonly number: number; readonly total: number; readonly name: string } | undefined
  readonly exitCode?: number | undefined
  readonly message?: string | undefined
}

/** Characters. */
const TEXT_LIMIT = 16_384

export const stepPlace: z.ZodType<NonNullable<StatusMessage['step']>> = z.strictObject({
  number: z.int().min(1),
  total: z.int().min(1),
  name: z.string().max(TEXT_LIMIT),
})

export const statusMessage: z.ZodType<StatusMessage> = z.strictObject({
  run: z.uuid(),
  number: z.int().min(0),
  client: clientName,
  deployment: objectName,
  time: isoTime,
  event: z.enum([
    'sequenceStarted',
    'sequenceSucceeded',
    'sequenceFailed',
    'stepStarted',
    'stepSucceeded',
    'stepFailed',
    'stepSkipped',
    'restart',
  ]),
  step: stepPlace.optional(),
  exitCode: z.int().optional(),
  message: z.string().max(TEXT_LIMIT).optional(),
})
