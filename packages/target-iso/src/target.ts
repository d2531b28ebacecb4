import { extname, resolve } from 'node:path'
import type { DigestCache, FinishedMedium, Target } from '@bootwright/api'
import { read } from '@bootwright/bytes'
import { fatLabel } from '@bootwright/format-fat'
import { writeImageFiles } from '@bootwright/image-writer'
import { mediaSizeOf } from './media-size.ts'
import { type IsoTargetOptions, schema } from './options.ts'
import { isoReader } from './reader.ts'
import { span } from './span.ts'

export function isoTarget(digests: DigestCache): Target<IsoTargetOptions> {
  return {
    schema,
    outputs: ({ file }, { folder }) => [resolve(folder, file)],
    async plan({ options, folder, medium }) {
      await checkLoader(medium)
      const plans = span(medium, mediaSizeOf(options.mediaSize))
      const file = resolve(folder, options.file)
      const [first] = plans
      return {
        parts: plans.map(({ bytes, extents }, index) => ({
          destination: plans.length === 1 ? file : numbered(file, index + 1),
          bytes,
          extents: extents.filter(({ path }) => path !== patchedLoader(medium)),
        })),
        facts: {
          'ISO 9660 label': first!.label,
          'Joliet label': first!.jolietLabel,
          ...(medium.boot && { 'starts from': startsFromStick(medium.boot) ? 'a disc or a USB drive' : 'a disc' }),
          ...(medium.boot?.uefi && medium.boot.uefi.discImage === undefined && { 'FAT label': fatLabel(medium.label) }),
        },
      }
    },
    write: (image, request) => writeImageFiles(image, request, { digests, reader: isoReader }),
  }
}

/** Where the boot information table goes, and what the manifest of the medium says of it. */
const TABLE = { offset: 8, length: 56 } as const

/** When it is written there as it is. */
const startsFromStick = ({ bios, uefi }: NonNullable<FinishedMedium['boot']>): boolean =>
  bios?.mbrCode !== undefined || (uefi !== undefined && uefi.discImage === undefined)

/** The loader that an image changes. */
const patchedLoader = ({ boot }: FinishedMedium): string | undefined =>
  boot?.bios && boot.bios.sectors === undefined ? boot.bios.loader : undefined

async function checkLoader(medium: FinishedMedium): Promise<void> {
  const path = patchedLoader(medium)
  const entry = path === undefined ? undefined : medium.tree.get(path)
  if (entry?.kind !== 'file' || entry.content.size < TABLE.offset + TABLE.length) return
  const table = await read(entry.content, TABLE.offset, TABLE.length)
  if (table.every(byte => byte === 0)) return
  throw new Error(
    `the BIOS loader ${path} has bytes other than zeros at 8 to 63, where ISO images have the boot information table; the boot image must clear them`,
  )
}

/** `lab.iso` becomes `lab-1.iso`. */
function numbered(file: string, number: number): string {
  const extension = extname(file)
  return `${file.slice(0, file.length - extension.length)}-${number}${extension}`
}
