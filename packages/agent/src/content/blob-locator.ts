import { type ContentFile, contentBlobPath, piecePath } from '@bootwright/medium-format'
import { contentChanged, contentMissing } from './errors.ts'
import { locate, locateFirst, locateVerified, type SearchedVolume } from './locate.ts'
import type { MediaSet } from './media-set.ts'

export interface BlobLocatorOptions {
  /** Volumes searched for blobs, in order. */
  readonly volumes: () => Promise<readonly SearchedVolume[]>
  /** Present when the medium is one of several. */
  readonly set?: MediaSet | undefined
  readonly onProgress: (done: number, total: number) => void
}

/** Finds the blobs of contents on the volumes of a medium, or on the media of a set. */
export interface BlobLocator {
  /** Whether the blob is split over several media of a set. */
  isSplit(file: ContentFile): boolean
  /** Sources of the stored bytes, to be tried in order. Each lists the paths whose concatenation is the blob; none is verified. */
  sources(file: ContentFile): AsyncIterable<AsyncIterable<string> | readonly string[]>
  /** Path of a verified blob that is not split. Throws {@link AgentError} `CONTENT_MISSING` or `CONTENT_CHANGED`. */
  verified(file: ContentFile): Promise<string>
}

export function blobLocator({ volumes, set, onProgress }: BlobLocatorOptions): BlobLocator {
  /** Paths of verified blobs, by digest; valid while the same medium of a set is in the drive. */
  const verified = new Map<string, string>()

  /** Prompts for the medium of the set that contains a blob, or a piece of it, unless a volume already contains it. */
  const requireMedium = async (path: string, number: number): Promise<void> => {
    if ((await locateFirst(await volumes(), path)) !== undefined) return
    verified.clear()
    await set?.insert(number)
  }

  async function* piecesOf(file: ContentFile, numbers: readonly number[]): AsyncIterable<string> {
    for (const [index, number] of numbers.entries()) {
      const piece = piecePath(contentBlobPath(file.sha256), index)
      await requireMedium(piece, number)
      const found = await locateFirst(await volumes(), piece)
      if (found === undefined) throw contentMissing(file)
      yield found
    }
  }

  return {
    isSplit: ({ sha256 }) => (set?.locate(contentBlobPath(sha256))?.length ?? 0) > 1,
    async *sources(file) {
      const blob = contentBlobPath(file.sha256)
      const numbers = set?.locate(blob) ?? []
      if (numbers.length > 1) {
        yield piecesOf(file, numbers)
        return
      }
      if (numbers.length === 1) await requireMedium(blob, numbers[0]!)
      for await (const path of locate(await volumes(), blob)) yield [path]
    },
    async verified(file) {
      const known = verified.get(file.sha256)
      if (known !== undefined) return known
      const blob = contentBlobPath(file.sha256)
      const numbers = set?.locate(blob)
      if (numbers) await requireMedium(blob, numbers[0]!)
      const found = await locateVerified(await volumes(), file, done => onProgress(done, file.size))
      const path = found.state === 'valid' ? await found.volume.path(blob) : undefined
      if (path === undefined) throw found.state === 'missing' ? contentMissing(file) : contentChanged(file)
      verified.set(file.sha256, path)
      return path
    },
  }
}
