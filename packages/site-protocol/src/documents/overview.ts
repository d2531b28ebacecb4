import type { ContentKind, Platform } from '@bootwright/api'
import { CONTENT_KINDS } from '@bootwright/medium-format'
import * as z from 'zod'
import { type ComputerIdentity, computerIdentity } from './computer-identity.ts'
import { clientName, isoTime, objectName } from './fields.ts'
import { mediumId } from './medium.ts'
import { type StatusMessage, stepPosition } from './status-message.ts'

/** Progress of the current step and the last lines of the computer's log. Only the latest is stored. */
export interface StepProgress {
  readonly run: string
  readonly client: string
  /** Amount completed of the step's current operation, in `unit`. */
  readonly done?: number | undefined
  readonly total?: number | undefined
  readonly unit?: 'bytes' | 'items' | 'percent' | undefined
  readonly tail: readonly string[]
}

/** Current state of one run of a task sequence. */
export interface RunSummary {
  readonly run: string
  readonly client: string
  /** Declared name; otherwise make, model and MAC address. */
  readonly computer: string
  readonly deployment: string
  readonly state: 'running' | 'succeeded' | 'failed'
  /** ISO 8601: when the site received its first and its latest message. */
  readonly started: string
  readonly heard: string
  /** Number of its latest message. */
  readonly number: number
  readonly step?: StatusMessage['step']
  readonly exitCode?: number | undefined
  readonly message?: string | undefined
  readonly progress?: Pick<StepProgress, 'done' | 'total' | 'unit'> | undefined
}

export interface MediumSummary {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly label: string
  /** ISO 8601. */
  readonly validTo: string
  readonly blocked?: string | undefined
}

/** Runs and media of a site. */
export interface Overview {
  readonly site: string
  readonly runs: readonly RunSummary[]
  readonly media: readonly MediumSummary[]
  /** User affinities that wait for approval. */
  readonly waiting: number
}

/** How much of a sequence's contents a distribution point stores. */
export interface StoredSequence {
  readonly name: string
  readonly revision: number
  readonly blobs: number
  readonly bytes: number
  readonly missingBlobs: number
  readonly missingBytes: number
}
/** Deployed contents that a distribution point stores. */
export interface StoredContent {
  readonly distributionPoint: string
  readonly sequences: readonly StoredSequence[]
  /** Why the distribution point could not be queried. */
  readonly error?: string | undefined
}

/** A computer that has contacted the site, is declared, or both. */
export interface KnownComputer {
  /** Its declared name. */
  readonly name?: string | undefined
  /** Its client identifier, assigned at its first policy request. */
  readonly client?: string | undefined
  readonly identity?: ComputerIdentity | undefined
  /** ISO 8601: its latest policy request. */
  readonly seen?: string | undefined
  readonly collections: readonly string[]
}

/** A revision of a task sequence. */
export interface KnownSequence {
  readonly name: string
  readonly revision: number
  /** ISO 8601. */
  readonly created: string
  readonly platform: Platform
  readonly contents: readonly {
    readonly kind: ContentKind
    readonly name: string
    readonly version?: string | undefined
    readonly bytes: number
  }[]
  /** Names of the deployments that offer this revision. */
  readonly deployments: readonly string[]
}

/** Lines. */
const TAIL_LINES = 40
/** Characters. */
const LINE_LIMIT = 1000

const progress = {
  done: z.number().min(0).optional(),
  total: z.number().min(0).optional(),
  unit: z.enum(['bytes', 'items', 'percent']).optional(),
}
export const logTail: z.ZodType<readonly string[]> = z.array(z.string().max(LINE_LIMIT)).max(TAIL_LINES)
export const stepProgress: z.ZodType<StepProgress> = z.strictObject({
  run: z.uuid(),
  client: clientName,
  ...progress,
  tail: logTail,
})
export const overview: z.ZodType<Overview> = z.strictObject({
  site: z.string(),
  runs: z.array(
    z.strictObject({
      run: z.uuid(),
      client: clientName,
      computer: z.string(),
      deployment: objectName,
      state: z.enum(['running', 'succeeded', 'failed']),
      started: isoTime,
      heard: isoTime,
      number: z.int().min(0),
      step: stepPosition.optional(),
      exitCode: z.int().optional(),
      message: z.string().optional(),
      progress: z.strictObject(progress).optional(),
    }),
  ),
  media: z.array(
    z.strictObject({
      id: mediumId,
      name: z.string(),
      type: z.string(),
      label: z.string(),
      validTo: isoTime,
      blocked: isoTime.optional(),
    }),
  ),
  waiting: z.int(),
})
const count = z.int().min(0)
export const storedContents: z.ZodType<readonly StoredContent[]> = z.array(
  z.strictObject({
    distributionPoint: z.string(),
    sequences: z.array(
      z.strictObject({
        name: objectName,
        revision: z.int().min(1),
        blobs: count,
        bytes: count,
        missingBlobs: count,
        missingBytes: count,
      }),
    ),
    error: z.string().optional(),
  }),
)
export const knownComputers: z.ZodType<readonly KnownComputer[]> = z.array(
  z.strictObject({
    name: z.string().optional(),
    client: clientName.optional(),
    identity: computerIdentity.optional(),
    seen: isoTime.optional(),
    collections: z.array(z.string()),
  }),
)
export const knownSequences: z.ZodType<readonly KnownSequence[]> = z.array(
  z.strictObject({
    name: objectName,
    revision: z.int().min(1),
    created: isoTime,
    platform: z.enum(['linux', 'windows']),
    contents: z.array(
      z.strictObject({
        kind: z.enum(CONTENT_KINDS),
        name: z.string(),
        version: z.string().optional(),
        bytes: z.int().min(0),
      }),
    ),
    deployments: z.array(z.string()),
  }),
)
