import * as z from 'zod'

export interface UsbTargetOptions {
  readonly file?: string | undefined
  readonly device?: string | undefined
  readonly folder?: string | undefined
  readonly partitionTable: 'gpt' | 'mbr'
  readonly size?: string | undefined
}

/** `8GB`, `7500MiB`. */
const SIZE = /^(\d+(?:\.\d+)?) ?(MB|GB|MiB|GiB)$/
const UNITS: Readonly<Record<string, number>> = { MB: 1e6, GB: 1e9, MiB: 2 ** 20, GiB: 2 ** 30 }

/** Bytes. */
export function sizeOf(text: string): number {
  const [, number, unit] = SIZE.exec(text)!
  return Math.floor(Number(number) * UNITS[unit!]!)
}

/** As {@link sizeOf} takes it. */
export const sizeSchema: z.ZodType<string> = z.string().regex(SIZE, 'expected a number with MB, GB, MiB or GiB')

export const schema: z.ZodType<UsbTargetOptions> = z
  .strictObject({
    file: z.string().min(1).optional().describe('The disk image to write, relative to the definition.'),
    device: z
      .string()
      .startsWith('/', 'expected the path of a disk, like /dev/sdb')
      .optional()
      .describe('Disk to write to. Everything on it is erased.'),
    folder: z
      .string()
      .min(1)
      .optional()
      .describe('Mount point of a FAT, exFAT or NTFS volume: files are copied, nothing is formatted.'),
    partitionTable: z
      .enum(['gpt', 'mbr'])
      .default('gpt')
      .describe('`mbr` for old computers that cannot boot from a GPT.'),
    size: sizeSchema.optional().describe('Size of the disk image; by default what the medium needs, plus free space.'),
  })
  .superRefine(({ file, device, folder, size }, context) => {
    if ([file, device, folder].filter(each => each !== undefined).length !== 1)
      context.addIssue({ code: 'custom', message: 'expected one of `file`, `device` and `folder`' })
    if (file === undefined && size !== undefined)
      context.addIssue({ code: 'custom', path: ['size'], message: 'the size of a disk is fixed; remove this' })
  })
