import type { Step } from '@bootwright/api'
import * as z from 'zod'

/** A volume by its name (`%OSDISK%`), a partition by its number from 1, or a whole disk. */
export type Destination = string | { readonly disk: number | string; readonly partition?: number | undefined }

export interface ApplyOperatingSystemImageOptions {
  readonly image: string
  readonly index?: number | undefined
  readonly destination?: Destination | undefined
  readonly bootLoader: 'auto' | 'none'
}

export const destination: z.ZodType<Destination> = z.union([
  z.string().min(1),
  z.strictObject({
    disk: z.union([z.int().min(0), z.string().min(1)]),
    partition: z.int().min(1).optional(),
  }),
])

/** Which image of a content. */
export const imageChoice: { readonly image: z.ZodType<string>; readonly index: z.ZodType<number | undefined> } = {
  image: z.string().min(1).meta({ description: 'A name under operatingSystemImages' }),
  index: z.int().min(1).optional().meta({ description: 'Image of the WIM, overriding the index of the content' }),
}

export const applyOperatingSystemImage: Step<ApplyOperatingSystemImageOptions> = {
  title: 'Apply Operating System Image',
  description:
    'Applies a WIM image to a volume, or writes the image of a disk or partition (raw, qcow2), and makes it bootable.',
  schema: z.union([
    z
      .string()
      .min(1)
      .transform((image): ApplyOperatingSystemImageOptions => ({ image, bootLoader: 'auto' })),
    z.strictObject({
      ...imageChoice,
      destination: destination.optional().meta({
        description: 'A volume (%VARIABLE%), or { disk, partition }; by default the volume in OSDTargetSystemDrive',
      }),
      bootLoader: z
        .enum(['auto', 'none'])
        .default('auto')
        .meta({ description: 'auto: install the one that the image contains' }),
    }),
  ]),
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: { OSDImageIndex: 'Overrides `index`', OSDTargetSystemDrive: 'Destination if `destination` is not set' },
    sets: { OSDTargetSystemDrive: 'The volume of the operating system' },
  },
  content: ({ image }) => [{ kind: 'operatingSystemImage', name: image, path: ['image'] }],
  program: import.meta.resolve('@bootwright/steps/programs/apply-operating-system-image'),
}
