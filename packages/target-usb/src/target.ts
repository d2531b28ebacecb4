import { resolve } from 'node:path'
import type { DigestCache, Target } from '@bootwright/api'
import { writeImageFiles } from '@bootwright/carrier'
import { layOut } from './lay-out.ts'
import { schema, sizeOf, type UsbTargetOptions } from './options.ts'
import { usbReader } from './reader.ts'

export const usbTarget = (digests: DigestCache): Target<UsbTargetOptions> => ({
  schema,
  outputs: ({ file }, { folder }) => [resolve(folder, file)],
  async plan({ options, folder, medium }) {
    const { partitionTable, size } = options
    const { bytes, fat, exfat, extents, free } = await layOut(medium, {
      partitionTable,
      size: size === undefined ? undefined : sizeOf(size),
    })
    return {
      parts: [{ destination: resolve(folder, options.file), bytes, extents, free }],
      facts: {
        'partition table': partitionTable.toUpperCase(),
        volume: `FAT32, ${fat.bytes.size} bytes, clusters of ${fat.clusterSize}`,
        ...(exfat && { 'files over 4 GiB': `exFAT, ${exfat.bytes.size} bytes, clusters of ${exfat.clusterSize}` }),
        'FAT label': fat.label,
        BIOS: medium.boot?.bios?.stick ? 'SYSLINUX' : 'does not start',
      },
    }
  },
  write: (image, request) => writeImageFiles(image, request, { digests, reader: usbReader }),
})
