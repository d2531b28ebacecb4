import type { Architecture, Platform } from '@bootwright/api'
import { CONTENT_KINDS, type ContentItem, type Variable } from '@bootwright/medium-format'
import * as z from 'zod'
import { type Blob, blob } from './blob.ts'
import { objectName, sha256, variables } from './fields.ts'

const contentItem: z.ZodType<ContentItem> = z.strictObject({
  kind: z.enum(CONTENT_KINDS),
  name: z.string().min(1),
  version: z.string().optional(),
  imageIndex: z.int().min(1).optional(),
  files: z.array(z.strictObject({ path: z.string().min(1), size: z.int().min(0), sha256, chunks: blob.optional() })),
})

/** A task sequence with everything that a computer needs to run it. */
export interface PublishedSequence {
  readonly name: string
  readonly platform: Platform
  readonly architecture: Architecture
  /** As encoded by `@bootwright/task-sequence`. */
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

/** Every blob that a sequence references, without duplicates; a chunked file is represented by its chunk list. */
export function blobsOf({ steps, contents }: Pick<PublishedSequence, 'steps' | 'contents'>): readonly Blob[] {
  const all = [steps, ...contents.flatMap(({ files }) => files.map(file => file.chunks ?? file))]
  return [...new Map(all.map(each => [each.sha256, { sha256: each.sha256, size: each.size }])).values()]
}
