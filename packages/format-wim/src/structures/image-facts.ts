import { digestsOf, isFolder, type WimFile, walk } from './image-tree.ts'
import type { ImageFacts } from './xml.ts'

/** How often each blob is referred to, by SHA-1; each name of a file counts. */
export function referencesOf(root: WimFile): Map<string, number> {
  const references = new Map<string, number>()
  for (const { file } of walk(root))
    for (const sha1 of digestsOf(file)) references.set(sha1, (references.get(sha1) ?? 0) + 1)
  return references
}

/** What the XML says of an image. `sizeOf` tells how large a blob is. */
export function factsOf(root: WimFile, sizeOf: (sha1: string) => number, modified: Date): ImageFacts {
  let [folders, files, totalBytes, hardLinkBytes] = [0, 0, 0, 0]
  const seen = new Set<bigint>()
  for (const { path, file } of walk(root)) {
    if (path === '') continue
    if (isFolder(file)) folders += 1
    else files += 1
    const size = digestsOf(file).reduce((sum, sha1) => sum + sizeOf(sha1), 0)
    totalBytes += size
    if (file.linkGroup !== 0n && seen.has(file.linkGroup)) hardLinkBytes += size
    seen.add(file.linkGroup)
  }
  return { folders, files, totalBytes, hardLinkBytes, modified }
}
