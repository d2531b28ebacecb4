import { availableParallelism } from 'node:os'
import { fromMemory, read, slice, type Tree } from '@bootwright/bytes'
import { WimError } from '../error.ts'
import { inOrder } from '../in-order.ts'
import type { WimBlob } from '../read/blobs.ts'
import { readImage, type Wim } from '../read/read-wim.ts'
import { compressionOf } from '../structures/header.ts'
import { factsOf, referencesOf } from '../structures/image-facts.ts'
import type { WimFile, WimImageTree } from '../structures/image-tree.ts'
import { INTEGRITY_LIMIT, type IntegrityTable, integrityTable } from '../structures/integrity.ts'
import type { LookupEntry } from '../structures/lookup-table.ts'
import { copyXml, type ImageWords, setImage } from '../structures/xml.ts'
import { assemble, keptOf, type WimPlan } from '../write/assemble.ts'
import { type BlobStore, type DigestMemory, hashContent, type StoredBlob, storeBlob } from '../write/blob-store.ts'
import { openCompressor } from '../write/compressor.ts'
import { encodeMetadata } from '../write/encode-metadata.ts'
import { isMetadata } from '../write/move-resources.ts'
import { captureFolder } from './capture-folder.ts'
import { changeTree, made, type Store } from './change-tree.ts'

/** What becomes different in one image. */
export interface ImageChange {
  /** Files that are new or come in the place of others; folders above them are made. Names are told apart without regard to case. */
  readonly added?: Tree | undefined
  /** Paths that go first, with all that is below them. */
  readonly removed?: readonly string[] | undefined
  readonly words?: ImageWords | undefined
}

/** An image that is new: a tree, or a folder of this computer with all that it has beside contents. */
export type NewImage = ({ readonly tree: Tree } | { readonly folder: string }) & {
  readonly words?: ImageWords | undefined
}

export interface WimPatch {
  /** By the number of the image. */
  readonly changed?: ReadonlyMap<number, ImageChange> | undefined
  /** Come behind the images that are there. */
  readonly appended?: readonly NewImage[] | undefined
}

export interface PatchOptions {
  /** When what is new was made, as far as the image tells. */
  readonly date: Date
  /** Image that starts; 0 for none. As it was when absent. */
  readonly bootIndex?: number | undefined
  /** Whether new files have owner and mode for systems that have them. */
  readonly hasUnixData?: boolean | undefined
  /** Whether there is a table that tells whether the bytes are still the same; as it was when absent. */
  readonly hasIntegrity?: boolean | undefined
  readonly store?: BlobStore | undefined
  readonly digests?: DigestMemory | undefined
  /** Bytes of compressed contents that are kept in memory, 256 MiB when absent; what is beyond that is compressed again when it is written. */
  readonly memory?: number | undefined
  /** That compress; one for each processor when absent. The bytes are the same. */
  readonly threads?: number | undefined
  readonly signal?: AbortSignal | undefined
}

/**
 * A WIM with images changed and appended. What it held stays where it is and is not read, but for the metadata of the images that
 * change: new content, metadata, lookup table and XML come behind it. Throws {@link WimError}.
 */
export async function patchWim(
  wim: Wim,
  { changed = new Map(), appended = [] }: WimPatch,
  options: PatchOptions,
): Promise<WimPlan> {
  const { header, parts } = wim
  const { date, store, digests, signal, hasUnixData } = options
  if (parts.length > 1) throw new WimError('WIM_PARTS', 'header', 'a split WIM cannot be changed; join its parts first')
  await using compressor = openCompressor(options.threads ?? availableParallelism())
  const compressed = {
    compression: compressionOf(header),
    chunkSize: header.chunkSize,
    compressor,
    memory: { left: options.memory ?? MEMORY },
    signal,
  }
  const hadIntegrity = header.integrity.size > 0
  const hasIntegrity = options.hasIntegrity ?? hadIntegrity
  const bootIndex = options.bootIndex ?? header.bootIndex
  const imageCount = header.imageCount + appended.length
  if (bootIndex > imageCount)
    throw new WimError('WIM_IMAGE', 'options', `image ${bootIndex} is to start; there are ${imageCount}`)
  const blobs = new Map<string, StoredBlob>()
  const making = new Map<string, Promise<StoredBlob>>()
  const put: Store = async contents => {
    const sha1s = await inOrder(contents, AT_ONCE, async content => {
      const hashed = await hashContent(content, { digests, signal })
      const { sha1 } = hashed
      if (!wim.blobs.has(sha1)) {
        const blob = making.get(sha1) ?? storeBlob(hashed, { ...compressed, store })
        making.set(sha1, blob)
        await blob
      }
      return sha1
    })
    for (const sha1 of sha1s) {
      const blob = await making.get(sha1)
      if (blob) blobs.set(sha1, blob)
    }
    return sha1s
  }
  const sizeOf = (sha1: string): number => wim.blobs.get(sha1)?.size ?? blobs.get(sha1)?.size ?? 0
  const differences = new Map<string, number>()
  const count = (references: ReadonlyMap<string, number>, sign: 1 | -1): void => {
    for (const [sha1, number] of references) differences.set(sha1, (differences.get(sha1) ?? 0) + sign * number)
  }
  const xml = copyXml(wim.xml.document)
  const images: (LookupEntry | StoredBlob)[] = wim.metadata.map(entryOf)
  const replace = async (index: number, before: WimImageTree, root: WimFile, words?: ImageWords): Promise<void> => {
    count(referencesOf(before.root), -1)
    count(referencesOf(root), 1)
    const metadata = fromMemory(encodeMetadata({ root, security: before.security }))
    images[index - 1] = await storeBlob(await hashContent(metadata), compressed)
    setImage(xml, index, factsOf(root, sizeOf, date), words)
  }
  for (const [index, { added = new Map(), removed = [], words }] of changed) {
    const before = await readImage(wim, index)
    await replace(index, before, await changeTree(before.root, added, removed, put, { date, hasUnixData }), words)
  }
  for (const [at, image] of appended.entries()) {
    const before = emptyImage(options)
    const root =
      'folder' in image
        ? await captureFolder(image.folder, put, { hasUnixData })
        : await changeTree(before.root, image.tree, [], put, { date, hasUnixData })
    await replace(header.imageCount + 1 + at, before, root, image.words)
  }
  const keptEntries = wim.lines
    .filter(line => !isMetadata(line))
    .map(line => ({ ...line, references: line.references + (differences.get(line.sha1) ?? 0) }))
    // A line of a solid resource stands for what is in it, and nobody refers to that line.
    .filter(({ references, sha1 }) => references > 0 || !differences.has(sha1))
  const keptImages = images.filter(image => 'resource' in image)
  return await assemble({
    header: { ...header, bootIndex },
    kept: keptOf(parts[0]!, [...keptEntries, ...keptImages]),
    keptEntries,
    blobs: [...blobs.values()].map(blob => ({ blob, references: differences.get(blob.sha1) ?? 0 })),
    images,
    xml,
    integrity: hasIntegrity ? { before: hadIntegrity ? await integrityOf(wim) : undefined } : undefined,
    signal,
  })
}

/** Compressed contents that are kept until they are written. Bytes. */
const MEMORY = 256 << 20
/** Contents that are read or compressed at a time; the pieces of a large one go to several threads by themselves. */
const AT_ONCE = 16

const emptyImage = (options: PatchOptions): WimImageTree => ({
  root: made('', { kind: 'folder' }, undefined, options),
  security: [],
})

const entryOf = ({ resource, part, references, sha1 }: WimBlob): LookupEntry => ({ resource, part, references, sha1 })

/** The integrity table of a WIM. Throws {@link WimError}. */
async function integrityOf({ header, parts }: Wim): Promise<IntegrityTable> {
  const { offset, sizeInWim } = header.integrity
  const [bytes] = parts
  if (sizeInWim > INTEGRITY_LIMIT || offset + sizeInWim > bytes!.size)
    throw new WimError('WIM_TOO_LARGE', 'integrity table', `${sizeInWim} bytes`, { offset })
  return integrityTable.decode(Buffer.from(await read(slice(bytes!, offset, offset + sizeInWim))), offset)
}
