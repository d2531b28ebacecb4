import { WimError } from '../error.ts'
import { readImage, type Wim } from '../read/read-wim.ts'
import { referencesOf } from '../structures/image-facts.ts'
import type { LookupEntry } from '../structures/lookup-table.ts'
import { copyXml, keepImages } from '../structures/xml.ts'
import { assemble, type WimPlan } from './assemble.ts'
import { isInside, isMetadata, isSolidResource, moveResources } from './move-resources.ts'

export interface ExportOptions {
  /** Whether there is a table that tells whether the bytes are still the same. */
  readonly hasIntegrity?: boolean | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A WIM of some images of another, by their numbers and in this order, with what they refer to and nothing else. Resources are ranges of the
 * other: nothing is decompressed. Reads the metadata of these images. Throws {@link WimError} `WIM_IMAGE`.
 */
export async function exportImages(
  wim: Wim,
  indexes: readonly number[],
  { hasIntegrity, signal }: ExportOptions = {},
): Promise<WimPlan> {
  const references = new Map<string, number>()
  for (const index of indexes)
    for (const [sha1, count] of referencesOf((await readImage(wim, index)).root))
      references.set(sha1, (references.get(sha1) ?? 0) + count)
  if (indexes.length === 0 || new Set(indexes).size < indexes.length)
    throw new WimError('WIM_IMAGE', 'options', `images ${indexes.join(', ') || 'none'}; expected some, each once`)
  const images = indexes.map(index => wim.lines.filter(isMetadata)[index - 1]!)
  const blobs = neededLines(wim.lines, references)
  const { kept, lines } = moveResources(wim.parts, [...blobs, ...images])
  const xml = copyXml(wim.xml.document)
  keepImages(xml, indexes)
  return await assemble({
    header: { ...wim.header, bootIndex: indexes.indexOf(wim.header.bootIndex) + 1 },
    kept,
    keptEntries: lines.slice(0, blobs.length),
    images: lines.slice(blobs.length),
    blobs: [],
    xml,
    integrity: hasIntegrity ? {} : undefined,
    signal,
  })
}

/** Lines of the blobs, and of each solid resource with one of them in it. */
function neededLines(all: readonly LookupEntry[], references: ReadonlyMap<string, number>): LookupEntry[] {
  const needed: LookupEntry[] = []
  let resources: LookupEntry[] = []
  let before: LookupEntry | undefined
  for (const line of all) {
    if (isSolidResource(line)) resources = before && isSolidResource(before) ? [...resources, line] : [line]
    else if (!isMetadata(line) && references.has(line.sha1)) {
      if (isInside(line)) needed.push(...resources.splice(0))
      needed.push({ ...line, references: references.get(line.sha1)! })
    }
    before = line
  }
  return needed
}
