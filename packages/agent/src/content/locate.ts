import { type ContentFile, contentBlobPath } from '@bootwright/medium-format'
import type { FileDigest, VolumeFiles } from '../computer/storage.ts'

export type LocatedPath = Pick<VolumeFiles, 'path'>
export type SearchedVolume = Pick<VolumeFiles, 'digest' | 'path'>

/** Valid: all bytes are present and match their digest. Stale: the content differs or cannot be read. Missing: it is on no volume. */
export type ContentState = 'valid' | 'stale' | 'missing'

/** Paths of a file on the volumes that contain it, in the order of the volumes. The file is not read. */
export async function* locate(volumes: readonly LocatedPath[], path: string): AsyncIterable<string> {
  for (const volume of volumes) {
    const found = await volume.path(path)
    if (found !== undefined) yield found
  }
}

/** The first path of {@link locate}; undefined when the file is on no volume. */
export async function locateFirst(volumes: readonly LocatedPath[], path: string): Promise<string | undefined> {
  for await (const found of locate(volumes, path)) return found
  return undefined
}

/** A blob whose bytes match its digest, wherever it is on the volumes. `volume` is the first one that contains it. */
export async function locateVerified(
  volumes: readonly SearchedVolume[],
  { sha256, size }: ContentFile,
  onProgress?: (done: number) => void,
): Promise<{ readonly state: 'valid'; readonly volume: SearchedVolume } | { readonly state: 'stale' | 'missing' }> {
  let isPresent = false
  for (const volume of volumes) {
    const digest = await volume.digest(contentBlobPath(sha256), onProgress).catch(() => UNREADABLE)
    if (digest?.sha256 === sha256 && digest.size === size) return { state: 'valid', volume }
    isPresent ||= digest !== undefined
  }
  return { state: isPresent ? 'stale' : 'missing' }
}

/** A file that cannot be read to its end. */
const UNREADABLE: FileDigest = { size: -1, sha256: '' }
