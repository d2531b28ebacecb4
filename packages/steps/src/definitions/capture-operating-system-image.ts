import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { type SecretText, secretText } from './common.ts'

/** Where an image goes: a file on a volume of this computer, or on a share. */
export type CaptureDestination =
  | { readonly volume: string; readonly path: string }
  | {
      readonly share: string
      readonly path: string
      readonly account?: string | undefined
      readonly password?: SecretText | undefined
    }

export interface CaptureOperatingSystemImageOptions {
  readonly destination?: CaptureDestination | undefined
  readonly name?: string | undefined
  readonly description?: string | undefined
  readonly version?: string | undefined
  readonly creator?: string | undefined
  readonly overwrite: boolean
  readonly compression: 'fast' | 'medium' | 'maximum'
}

/** Characters, the established limits. */
const text = (limit: number): z.ZodType<string | undefined> => z.string().max(limit).optional()

const path = z
  .string()
  .regex(/^(?!.*(^|\/)\.\.(\/|$))[^/].*\.wim$|%/i, 'expected a file name that ends in .wim, relative to the volume')
  .meta({ description: 'File on the volume: images/debian.wim' })
const captureDestination: z.ZodType<CaptureDestination> = z.union([
  z.strictObject({
    volume: z.string().min(1).meta({ description: 'LABEL=…, UUID=…, PARTUUID=… or the path of a device' }),
    path,
  }),
  z.strictObject({
    share: z
      .string()
      .regex(
        /^((\\\\|\/\/)[^\\/]+[\\/][^\\/]+|([^\\/:=[\]]+|\[[\da-f:.]+\]):\/\S*)$|%/,
        'expected a share such as \\\\server\\images, or of NFS nas:/images',
      )
      .meta({ description: 'Of SMB \\\\server\\images, of NFS nas:/images' }),
    path,
    account: z.string().min(1).optional().meta({ description: 'CORP\\writer' }),
    password: secretText.optional(),
  }),
])

type Options = CaptureOperatingSystemImageOptions

const captureOptions: { readonly [K in keyof Options]-?: z.ZodType<Options[K]> } = {
  destination: captureDestination.optional().meta({ description: 'Prompted for by default' }),
  name: text(255).meta({ description: 'Name of the image; by default the name of the system' }),
  description: text(255),
  version: text(32),
  creator: text(255),
  overwrite: z.boolean().default(false).meta({ description: 'Replace an existing WIM' }),
  compression: z.enum(['fast', 'medium', 'maximum']).default('fast').meta({ description: 'XPRESS, LZX, LZMS' }),
}

export const captureOperatingSystemImage: Step<CaptureOperatingSystemImageOptions> = {
  title: 'Capture Operating System Image',
  description:
    'Captures every file system of the system disk into a WIM, one image each with the system first, and verifies it.',
  schema: z.strictObject(captureOptions),
  runsIn: ['bootImage'],
  platforms: ['linux'],
  variables: {
    reads: {
      OSDCaptureSource: 'The volume with the system; the only one that has one when absent',
      OSDCaptureDestination:
        'Overrides `destination`: a volume, a colon and the file (LABEL=IMAGES:debian.wim), or a file on a share (\\\\server\\images\\debian.wim, nas:/images/debian.wim)',
      OSDCaptureAccount: 'Overrides the account for the share',
      OSDCaptureAccountPassword: 'Overrides the password for the share',
      OSDImageName: 'Replaces `name`',
      OSDImageDescription: 'Replaces `description`',
      OSDImageVersion: 'Replaces `version`',
      OSDImageCreator: 'Replaces `creator`',
    },
  },
  program: import.meta.resolve('@bootwright/steps/programs/capture-operating-system-image'),
}
