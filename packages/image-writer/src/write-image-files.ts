import { promises as fs } from 'node:fs'
import { dirname } from 'node:path'
import type { DigestCache, Image, ImageReader, TargetWriteRequest, WrittenPart } from '@bootwright/api'
import { fromFile, writeFile } from '@bootwright/bytes'
import { updateImage } from './update-image.ts'

/**
 * Writes every part of an image to its destination file, or updates the existing file if requested. Known digests are not computed again.
 */
export async function writeImageFiles(
  { parts }: Image,
  request: Pick<TargetWriteRequest, 'overwrite' | 'update' | 'verify' | 'medium' | 'signal' | 'progress'>,
  { digests, reader }: { readonly digests: DigestCache; readonly reader: ImageReader },
): Promise<readonly WrittenPart[]> {
  const { overwrite, update, verify, medium, signal, progress } = request
  const written: WrittenPart[] = []
  for (const part of parts) {
    const { destination, bytes } = part
    const known = await digests.get(bytes)
    if (update && (await exists(destination))) {
      const startProgress = (total: number) => progress.start(`update ${destination}`, total, 'bytes')
      const open = () => fromFile(destination)
      const updated = await updateImage(part, {
        path: destination,
        open,
        reader,
        medium,
        verify,
        signal,
        startProgress,
      })
      written.push({ destination, size: bytes.size, sha256: known, updated })
      continue
    }
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
}

const exists = (path: string): Promise<boolean> =>
  fs.stat(path).then(
    () => true,
    () => false,
  )
