import type { Schema } from '@bootwright/api'
import { dayOrTime, type SharedOptions, sharedOptions } from '@bootwright/medium-format/options'
import { type Contents, contentsSchemas } from '@bootwright/task-sequence'
import * as z from 'zod'

/** What all media share, a task sequence, and contents beside those that the sequence refers to. */
export interface StandaloneOptions extends SharedOptions, Contents {
  readonly taskSequence: string
  readonly validFrom?: string | undefined
  readonly validTo?: string | undefined
}

export const schema: Schema<StandaloneOptions> = z.strictObject({
  taskSequence: z.string().min(1).meta({ description: 'Task sequence file, relative to the definition' }),
  validFrom: dayOrTime.optional().meta({ description: 'Not valid before this day (midnight UTC) or time' }),
  validTo: dayOrTime.optional().meta({ description: 'Expires on this day (midnight UTC) or at this time' }),
  ...contentsSchemas,
  ...sharedOptions,
})
