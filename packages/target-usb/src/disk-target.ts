import { resolve } from 'node:path'
import type { DigestCache, Target } from '@bootwright/api'
import { planQcow2 } from '@bootwright/format-disk'
import { writeImageFiles } from '@bootwright/image-writer'
import * as z from 'zod'
import { layOut } from './lay-out.ts'
import { sizeOf, sizeSchema } from './options.ts'
import { usbReader } from './reader.ts'

export interface DiskTargetOptions {
  readonly file: string
  readonly format: 'raw' | 'qcow2'
  readonly size?: string | undefined
}

const schema: z.ZodType<DiskTargetOptions> = z.strictObject({
  file: z.string().min(1).describe('The disk image to write, relative to the definition.'),
  format: z.enum(['raw', 'qcow2']).default('raw').describe('`qcow2` stores no zeros.'),
  size: sizeSchema.optional().describe('Size of the disk; by default what the medium needs, plus free space.'),
})

/** What a medium carries for its task sequences has a partition of its own. */
const isContent = (path: string): boolean => path === 'content' || path.startsWith('content/')

/** A whole disk for a duplicator: GPT, an EFI system partition that starts, and a partition with the contents. */
export const diskTarget = (digests: DigestCache): Target<DiskTargetOptions> => ({
  schema,
  outputs: ({ file }, { folder }) => [resolve(folder, file)],
  async plan({ options: { file, format, size }, folder, medium }) {
    const { bytes, fat, exfat, extents, free } = await layOut(medium, {
      partitionTable: 'gpt',
      size: size === undefined ? undefined : sizeOf(size),
      isApart: isContent,
    })
    const destination = resolve(folder, file)
    return {
      parts: [format === 'raw' ? { destination, bytes, extents, free } : { destination, bytes: planQcow2(bytes) }],
      facts: {
        format,
        disk: `${bytes.size} bytes`,
        'EFI system partition': `FAT32, ${fat.bytes.size} bytes`,
        ...(exfat && { 'data partition': `exFAT, ${exfat.bytes.size} bytes` }),
        BIOS: medium.boot?.bios?.usb ? 'SYSLINUX' : 'not bootable',
      },
    }
  },
  write: (image, request) => writeImageFiles(image, request, { digests, reader: usbReader }),
})
