import type { Keeper, MediaType } from '@bootwright/api'
import { siteMedia } from '@bootwright/media-type'
import { type BootableOptions, schema } from './options.ts'

/** Media that start a computer and contact the site for everything else. They carry no content, so they do not span. */
export const bootable = (keeper: Keeper): MediaType<BootableOptions> => ({
  schema,
  canSpan: false,
  ...siteMedia(keeper, 'BootMedia'),
})
