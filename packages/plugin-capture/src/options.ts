import type { Schema, SecretReference } from '@bootwright/api'
import { type SharedOptions, secretReference, sharedOptions, words } from '@bootwright/medium-format/options'
import * as z from 'zod'

export interface CaptureOptions extends SharedOptions {
  readonly destination?:
    | { readonly volume: string; readonly path: string }
    | {
        readonly share: string
        readonly path: string
        readonly account?: string | undefined
        readonly password?: SecretReference | undefined
      }
    | undefined
  readonly image: {
    readonly name?: string | undefined
    readonly description?: string | undefined
    readonly version?: string | undefined
    readonly creator?: string | undefined
  }
  readonly overwrite: boolean
  readonly compression: 'fast' | 'medium' | 'maximum'
  readonly prepare: boolean
}

const image: z.ZodType<CaptureOptions['image']> = z.strictObject({
  name: words(255, 'Name of the image; by default the name of the system'),
  description: words(255, 'At most 255 characters'),
  version: words(32, 'At most 32 characters'),
  creator: words(255, 'At most 255 characters'),
})

const path = z
  .string()
  .regex(/^(?!.*(^|\/)\.\.(\/|$))[^/].*\.wim$/i, 'expected a file name that ends in .wim, relative to the volume')

export const schema: Schema<CaptureOptions> = z.strictObject({
  destination: z
    .union([
      z.strictObject({
        volume: z.string().min(1).meta({ description: 'LABEL=…, UUID=…, PARTUUID=… or the path of a device' }),
        path,
      }),
      z.strictObject({
        share: z
          .string()
          .regex(
            /^((\\\\|\/\/)[^\\/]+[\\/][^\\/]+|([^\\/:=[\]]+|\[[\da-f:.]+\]):\/\S*)$/,
            'expected a share such as \\\\server\\images, or of NFS nas:/images',
          )
          .meta({ description: 'Of SMB \\\\server\\images, of NFS nas:/images' }),
        path,
        account: z.string().min(1).optional().meta({ description: 'CORP\\writer' }),
        password: secretReference.optional(),
      }),
    ])
    .optional()
    .meta({ description: 'Destination of the image; prompted for on the computer by default' }),
  image: image.prefault({}),
  overwrite: z.boolean().default(false).meta({ description: 'Replace an existing WIM' }),
  compression: z.enum(['fast', 'medium', 'maximum']).default('fast').meta({ description: 'XPRESS, LZX, LZMS' }),
  prepare: z.boolean().default(true).meta({
    description: 'Generalise the system before the capture, which changes it',
  }),
  ...sharedOptions,
})
