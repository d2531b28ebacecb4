import { CONTENT_INDEX_PATH, type ContentItem, type Manifest, readContent } from '@bootwright/medium-format'
import type { Volume } from '../computer/storage.ts'
import { mediumFiles } from '../medium/files.ts'
import type { FoundMedium } from '../medium/find.ts'

/** Whether the medium declares contents. */
export const hasContents = async ({ manifest, volume }: Pick<FoundMedium, 'manifest' | 'volume'>): Promise<boolean> =>
  manifest
    ? manifest.files.some(({ path }) => path === CONTENT_INDEX_PATH)
    : (await volume.digest(CONTENT_INDEX_PATH)) !== undefined

/** The contents that the medium declares. Throws when the index cannot be read. */
export const contentItems = (
  volumes: readonly Volume[],
  manifest: Manifest | undefined,
): Promise<readonly ContentItem[]> => readContent((path, limit) => documentOf(volumes, manifest, path, limit))

/** The index of contents may be on another volume; it is verified against the medium's manifest wherever it is. */
async function documentOf(
  volumes: readonly Volume[],
  manifest: Manifest | undefined,
  path: string,
  limit: number,
): Promise<Uint8Array | undefined> {
  let failure: unknown
  for (const volume of volumes) {
    try {
      const data = await mediumFiles(volume, manifest).read(path, limit)
      if (data) return data
    } catch (error) {
      failure ??= error
    }
  }
  if (failure) throw failure
  return undefined
}
