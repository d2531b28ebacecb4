import type { Architecture, Platform } from '@bootwright/api'
import { CONTENT_KINDS, type ContentItem, VARIABLE_NAME_PATTERN, type Variable } from '@bootwright/medium-format'
import * as z from 'zod'

export const sha256: z.ZodType<string> = z
  .string()
  .regex(/^[0-9a-f]{64}$/, 'expected 64 digits, lower-case hexadecimal')
/** Of objects of a site: they stand in paths and in tables. */
export const objectName: z.ZodType<string> = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u, 'expected at most 100 letters, digits, spaces, dots and dashes')

/** How a site calls a computer that asked. */
export const clientName: z.ZodType<string> = z.string().regex(/^[\w:.-]{1,80}$/)
export const isoTime: z.ZodType<string> = z.iso.datetime({ offset: true })

/** Bytes that distribution points have. */
export interface Blob {
  readonly sha256: string
  /** Bytes. */
  readonly size: number
}
const blob: z.ZodType<Blob> = z.strictObject({ sha256, size: z.int().min(0) })

const contentItem: z.ZodType<ContentItem> = z.strictObject({
  kind: z.enum(CONTENT_KINDS),
  name: z.string().min(1),
  version: z.string().optional(),
  imageIndex: z.int().min(1).optional(),
  files: z.array(z.strictObject({ path: z.string().min(1), size: z.int().min(0), sha256, chunks: blob.optional() })),
})

export const variables: z.ZodType<Readonly<Record<string, Variable>>> = z.record(
  z.string().regex(VARIABLE_NAME_PATTERN),
  z.strictObject({ value: z.string(), isSecret: z.boolean().optional() }),
)

/** A task sequence with all that a computer needs to run it. */
export interface PublishedSequence {
  readonly name: string
  readonly platform: Platform
  readonly architecture: Architecture
  /** As `@bootwright/task-sequence` encodes it. */
  readonly sequence: unknown
  readonly variables: Readonly<Record<string, Variable>>
  /** The module with the programs of its steps. */
  readonly steps: Blob
  readonly contents: readonly ContentItem[]
}
export const publishedSequence: z.ZodType<PublishedSequence> = z.strictObject({
  name: objectName,
  platform: z.enum(['linux', 'windows']),
  architecture: z.enum(['x64', 'arm64']),
  sequence: z.json(),
  variables,
  steps: blob,
  contents: z.array(contentItem),
})

/** Every blob that a sequence names, each once: of a file in chunks, the list of them. */
export function blobsOf({ steps, contents }: Pick<PublishedSequence, 'steps' | 'contents'>): readonly Blob[] {
  const all = [steps, ...contents.flatMap(({ files }) => files.map(file => file.chunks ?? file))]
  return [...new Map(all.map(each => [each.sha256, { sha256: each.sha256, size: each.size }])).values()]
}
