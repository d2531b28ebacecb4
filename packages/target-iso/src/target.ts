import { promises as fs } from 'node:fs'
import { dirname, extname, resolve } from 'node:path'
import type { DigestCache, Target } from '@bootwright/api'
import { writeFile } from '@bootwright/bytes'
import { fatLabel } from '@bootwright/format-fat'
import { mediaSizeOf } from './media-size.ts'
import { type IsoTargetOptions, schema } from './options.ts'
import { span } from './span.ts'

export function isoTarget(digests: DigestCache): Target<IsoTargetOptions> {
  return {
    schema,
    outputs: ({ file }, { folder }) => [resolve(folder, file)],
    plan({ options, folder, medium }) {
      const plans = span(medium, mediaSizeOf(options.mediaSize))
      const file = resolve(folder, options.file)
      const [first] = plans
      return {
        parts: plans.map(({ bytes }, index) => ({
          destination: plans.length === 1 ? file : numbered(file, index + 1),
          bytes,
        })),
        facts: {
          'ISO 9660 label': first!.label,
          'Joliet label': first!.jolietLabel,
          ...(medium.boot?.uefi && { 'FAT label': fatLabel(medium.label) }),
        },
      }
    },
    async write({ parts }, { overwrite, signal, progress }) {
      const written = []
      for (const { destination, bytes } of parts) {
        const known = await digests.get(bytes)
        const task = progress.start(`write ${destination}`, bytes.size, 'bytes')
        await fs.mkdir(dirname(destination), { recursive: true })
        const hashes = known === undefined ? (['sha256'] as const) : []
        const result = await writeFile(destination, bytes, { overwrite, signal, hashes, onProgress: task.report })
        const sha256 = known ?? result.digests.sha256!
        if (known === undefined) await digests.set(bytes, sha256)
        written.push({ destination, size: bytes.size, sha256 })
        task.end()
      }
      return written
    },
  }
}

/** `lab.iso` becomes `lab-1.iso`. */
function numbered(file: string, number: number): string {
  const extension = extname(file)
  return `${file.slice(0, file.length - extension.length)}-${number}${extension}`
}
