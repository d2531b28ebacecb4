import type { Schema } from '@bootwright/api'
import { type ContentOptions, contentOptions } from '@bootwright/media-kit'
import { type SiteOptions, siteOptions, words } from '@bootwright/medium-format/options'
import * as z from 'zod'

/** What media of the site share, the contents that are carried, and words for whoever finds the medium. */
export interface PrestagedOptions extends SiteOptions, ContentOptions {
  readonly taskSequence?: string | undefined
  readonly createdBy?: string | undefined
  readonly version?: string | undefined
  readonly comment?: string | undefined
}

export const schema: Schema<PrestagedOptions> = z.strictObject({
  ...siteOptions,
  ...contentOptions,
  taskSequence: z.string().min(1).optional().meta({
    description: 'Task sequence file whose contents the medium carries. The sequence to run comes from the site',
  }),
  createdBy: words(50, 'Who made it; at most 50 characters'),
  version: words(32, 'Of the medium; at most 32 characters'),
  comment: words(127, 'At most 127 characters'),
})
