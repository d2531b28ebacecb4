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
  index: z.int().min(1).optional().meta({ description: 'Image of the WIM, instead of the one that the content says' }),
}

export const applyOperatingSystemImage: Step<ApplyOperatingSystemImageOptions> = {
  title: 'Apply Operating System Image',
  description:
    'Applies an image of a WIM to a volume, or writes the image of a disk or a partition (raw, qcow2), and makes it start.',
  schema: z.union([
    z
      .string()
      .min(1)
      .transform((image): ApplyOperatingSystemImageOptions => ({ image, bootLoader: 'auto' })),
    z.strictObject({
      ...imageChoice,
      destination: destination.optional().meta({
        description: 'A volume (%VARIABLE%), or { disk, partition }; the volume of OSDTargetSystemDrive when absent',
      }),
      bootLoader: z
        .enum(['auto', 'none'])
        .default('auto')
        .meta({ description: 'auto: the one that the image has is installed' }),
    }),
  ]),
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: { OSDImageIndex: 'Replaces `index`', OSDTargetSystemDrive: 'Where it goes when there is no `destination`' },
    sets: { OSDTargetSystemDrive: 'The volume of the operating system' },
  },
  content: ({ image }) => [{ kind: 'operatingSystemImage', name: image, path: ['image'] }],
  program: import.meta.resolve('@bootwright/steps/programs/apply-operating-system-image'),
}
