import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { type Destination, destination, imageChoice } from './apply-operating-system-image.ts'

export interface ApplyDataImageOptions {
  readonly image: string
  readonly index?: number | undefined
  readonly destination: Destination
  readonly wipe: boolean
}

export const applyDataImage: Step<ApplyDataImageOptions> = {
  title: 'Apply Data Image',
  description: 'Applies an image with data to a volume, beside the operating system.',
  schema: z.strictObject({
    ...imageChoice,
    destination: destination.meta({ description: 'A volume (%VARIABLE%), or { disk, partition }' }),
    wipe: z.boolean().default(true).meta({ description: 'Delete the contents of the volume first' }),
  }),
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: {
      OSDDataImageIndex: 'Overrides `index`',
      OSDWipeDestinationPartition: 'Overrides `wipe`: true or false',
    },
  },
  content: ({ image }) => [{ kind: 'operatingSystemImage', name: image, path: ['image'] }],
  program: import.meta.resolve('@bootwright/steps/programs/apply-data-image'),
}
