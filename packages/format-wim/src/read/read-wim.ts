import { type Bytes, read } from '@bootwright/bytes'
import type { Compression } from '../codec/codec.ts'
import { WimError, type WimStructure } from '../error.ts'
import { HEADER_SIZE, type WimHeader, wimHeader } from '../structures/header.ts'
import type { WimImageTree } from '../structures/image-tree.ts'
import { LOOKUP_TABLE_LIMIT, type LookupEntry, lookupTable } from '../structures/lookup-table.ts'
import { RESOURCE_FLAG, type ResourceHeader } from '../structures/resource-header.ts'
import { decodeXml, type WimImageInfo, type WimXml, XML_LIMIT } from '../structures/xml.ts'
import { type BlobSource, blobsOf, resourceContent, sourceOf, type WimBlob } from './blobs.ts'
import { decodeMetadata, METADATA_LIMIT } from './decode-metadata.ts'

/** A WIM, or the parts of a split one. */
export interface Wim {
  /** Of the first part. */
  readonly header: WimHeader
  readonly compression: Compression
  /** Of all parts, the first first. */
  readonly parts: readonly Bytes[]
  readonly images: readonly WimImageInfo[]
  readonly xml: WimXml
  /** The lines of every part's lookup table, as they are. */
  readonly lines: readonly LookupEntry[]
  /** By SHA-1; of every part. */
  readonly blobs: ReadonlyMap<string, WimBlob>
  /** The metadata resource of each image, in order. */
  readonly metadata: readonly WimBlob[]
}

/**
 * Reads the header, the lookup table and the XML of a WIM; `others` are the other parts of a split one, in any order. What it holds is
 * decompressed when it is read. Throws {@link WimError}, whatever is fed to it.
 */
export async function readWim(bytes: Bytes, others: readonly Bytes[] = []): Promise<Wim> {
  const xml = await readXml(bytes)
  const all = await Promise.all([bytes, ...others].map(readPart))
  const parts = all.sort((a, b) => a.header.part - b.header.part)
  checkSet(parts.map(({ header }) => header))
  const [first] = parts
  const { header, source } = first!
  const blobs = new Map<string, WimBlob>()
  const metadata: WimBlob[] = []
  for (const part of parts) {
    for (const blob of part.blobs) blobs.set(blob.sha1, blob)
    metadata.push(...part.metadata)
  }
  if (metadata.length !== header.imageCount)
    throw new WimError(
      'WIM_FIELD',
      'lookup table',
      `metadata of ${metadata.length} images; the header says ${header.imageCount}`,
      { offset: header.lookupTable.offset },
    )
  return {
    header,
    compression: source.compression,
    parts: parts.map(part => part.source.bytes),
    images: xml.images,
    xml,
    blobs,
    metadata,
    lines: parts.flatMap(part => part.lines),
  }
}

/** The files of an image, numbered from 1 on. Throws {@link WimError}. */
export async function readImage({ metadata }: Wim, index: number): Promise<WimImageTree> {
  const blob = metadata[index - 1]
  if (!blob) throw new WimError('WIM_IMAGE', 'image', `there is no image ${index}; expected 1 to ${metadata.length}`)
  if (blob.size > METADATA_LIMIT)
    throw new WimError('WIM_TOO_LARGE', 'metadata', `${blob.size} bytes; expected at most ${METADATA_LIMIT}`)
  return decodeMetadata(await read(blob.content))
}

/** Every part has it. It is read first: that a WIM is encrypted is said there, and the rest of one makes no sense. */
async function readXml(bytes: Bytes): Promise<WimXml> {
  const { header, source } = await openPart(bytes)
  return decodeXml(await readResource(header.xml, source, XML_LIMIT, 'XML data'), header.xml.offset)
}

async function openPart(bytes: Bytes) {
  const header = wimHeader.decode(Buffer.from(await read(bytes, 0, Math.min(HEADER_SIZE, bytes.size))))
  return { header, source: sourceOf(bytes, header) }
}

async function readPart(bytes: Bytes) {
  const { header, source } = await openPart(bytes)
  const table = await readResource(header.lookupTable, source, LOOKUP_TABLE_LIMIT, 'lookup table')
  const lines = [...lookupTable.decode(table, header.lookupTable.offset)]
  return { header, source, lines, ...blobsOf(lines, source) }
}

/** All of a small resource. What is compressed could be far larger than its file: it has a limit. */
async function readResource(
  resource: ResourceHeader,
  source: BlobSource,
  limit: number,
  structure: WimStructure,
): Promise<Buffer> {
  const { size, offset } = resource
  if (size > limit)
    throw new WimError('WIM_TOO_LARGE', structure, `${size} bytes; expected at most ${limit}`, { offset })
  if (resource.flags & RESOURCE_FLAG.solid)
    throw new WimError('WIM_FIELD', structure, 'it is said to be in a solid resource', { offset })
  const bytes = await read(resourceContent(resource, source).content)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

function checkSet(headers: readonly WimHeader[]): void {
  const [{ guid, parts }] = headers as [WimHeader]
  const strange = headers.find(header => header.guid !== guid || header.parts !== parts)
  if (strange)
    throw new WimError(
      'WIM_PARTS',
      'header',
      `parts of two sets: ${guid} of ${parts} and ${strange.guid} of ${strange.parts}`,
    )
  const numbers = headers.map(({ part }) => part)
  if (numbers.some((part, index) => part !== index + 1) || numbers.length !== parts)
    throw new WimError('WIM_PARTS', 'header', `parts ${numbers.join(', ')}; expected 1 to ${parts}, each once`)
}
