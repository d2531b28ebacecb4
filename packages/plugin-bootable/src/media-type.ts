import type { MediaType, PinStore } from '@bootwright/api'
import { siteMedia } from '@bootwright/media-kit'
import { type BootableOptions, schema } from './options.ts'

/** Media that start a computer and contact the site for everything else. They carry no content, so they do not span. */
export function bootable(keeper: PinStore): MediaType<BootableOptions> {
  const { contentKey: _, ...methods } = siteMedia(keeper, 'BootMedia')
  return { schema, canSpan: false, ...methods }
}
