import type { Descriptor } from '@bootwright/medium-format'
import type { MediaOptions } from '@bootwright/medium-format/options'

/** What one media type adds to what all have. */
export interface MediaParts {
  /** Part of the environment, which a password seals. */
  readonly taskSequence?: unknown
  /** Task sequence variables; the medium's own take precedence. */
  readonly variables?: MediaOptions['variables'] | undefined
  readonly descriptor?: Pick<Descriptor, 'validFrom' | 'validTo'>
}
