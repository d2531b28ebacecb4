import * as z from 'zod'
import { MEDIA_SIZE } from './media-size.ts'

export interface IsoTargetOptions {
  readonly file: string
  readonly mediaSize: string
}

export const schema: z.ZodType<IsoTargetOptions> = z.strictObject({
  file: z.string().min(1).describe('The ISO file to write, relative to the definition.'),
  mediaSize: z
    .string()
    .regex(MEDIA_SIZE, 'expected unlimited, 650MB, 4GB, 8GB, or a number with MB, GB, MiB or GiB')
    .default('unlimited')
    .describe('Capacity of one medium. More content spans numbered files if the media type allows it.'),
})
