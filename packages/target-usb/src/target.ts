import { resolve } from 'node:path'
import type { DigestCache, Target } from '@bootwright/api'
import { writeImageFiles } from '@bootwright/image-writer'
import { disksOfThisComputer, factsOf, type ListDisks, usableDisk, writeDevice } from './device.ts'
import { folderContent, writeFolder } from './folder.ts'
import { layOut } from './lay-out.ts'
import { schema, sizeOf, type UsbTargetOptions } from './options.ts'
import { usbReader } from './reader.ts'

export const usbTarget = (digests: DigestCache, list: ListDisks = disksOfThisComputer): Target<UsbTargetOptions> => ({
  schema,
  outputs: ({ file }, { folder }) => (file === undefined ? [] : [resolve(folder, file)]),
  async plan({ options: { file, device, folder: mounted, partitionTable, size }, folder, medium }) {
    if (mounted !== undefined) {
      const destination = `folder ${resolve(folder, mounted)}`
      const facts = { volume: 'as it is', BIOS: 'not bootable: the boot sector of the volume is unchanged' }
      return { parts: [{ destination, bytes: folderContent(medium) }], facts }
    }
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
        BIOS: medium.boot?.bios?.usb ? 'SYSLINUX' : 'not bootable',
      },
    }
  },
  async write(image, request) {
    const { device, folder } = request.options
    if (folder !== undefined) return await writeFolder(image, resolve(request.folder, folder), request)
    if (device !== undefined) return await writeDevice(image, device, request, list)
    return await writeImageFiles(image, request, { digests, reader: usbReader })
  },
})
