import { resolve } from 'node:path'
import type { DigestCache, Target } from '@bootwright/api'
import { writeImageFiles } from '@bootwright/carrier'
import { disksOfThisComputer, factsOf, type ListDisks, usableDisk, writeDevice } from './device.ts'
import { layOut } from './lay-out.ts'
import { schema, sizeOf, type UsbTargetOptions } from './options.ts'
import { usbReader } from './reader.ts'

export const usbTarget = (digests: DigestCache, list: ListDisks = disksOfThisComputer): Target<UsbTargetOptions> => ({
  schema,
  outputs: ({ file }, { folder }) => (file === undefined ? [] : [resolve(folder, file)]),
  async plan({ options: { file, device, partitionTable, size }, folder, medium }) {
    const disk = device === undefined ? undefined : await usableDisk(device, list)
    const asked = disk?.size ?? (size === undefined ? undefined : sizeOf(size))
    const { bytes, fat, exfat, extents, free } = await layOut(medium, { partitionTable, size: asked })
    return {
      parts: [{ destination: disk ? `disk ${disk.path}` : resolve(folder, file!), bytes, extents, free }],
      facts: {
        ...(disk && factsOf(disk)),
        'partition table': partitionTable.toUpperCase(),
        volume: `FAT32, ${fat.bytes.size} bytes, clusters of ${fat.clusterSize}`,
        ...(exfat && { 'files over 4 GiB': `exFAT, ${exfat.bytes.size} bytes, clusters of ${exfat.clusterSize}` }),
        'FAT label': fat.label,
        BIOS: medium.boot?.bios?.stick ? 'SYSLINUX' : 'does not start',
      },
    }
  },
  write: (image, request) =>
    request.options.device === undefined
      ? writeImageFiles(image, request, { digests, reader: usbReader })
      : writeDevice(image, request.options.device, request, list),
})
