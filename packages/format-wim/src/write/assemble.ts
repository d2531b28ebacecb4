import { createHash } from 'node:crypto'
import { type Bytes, concat, fromMemory, slice } from '@bootwright/bytes'
import type { Document } from '@xmldom/xmldom'
import { HEADER_SIZE, type WimHeader, wimHeader } from '../structures/header.ts'
import { computeIntegrity, type IntegrityTable, integrityTable } from '../structures/integrity.ts'
import { type LookupEntry, lookupTable } from '../structures/lookup-table.ts'
import { NO_RESOURCE, RESOURCE_FLAG, type ResourceHeader } from '../structures/resource-header.ts'
import { encodeXml, setTotalBytes } from '../structures/xml.ts'
import type { StoredBlob } from './blob-store.ts'
import { isInside } from './move-resources.ts'

/** What a WIM is made of. */
export interface Assembly {
  readonly header: Pick<WimHeader, 'version' | 'flags' | 'chunkSize' | 'bootIndex'>
  /** Bytes of another WIM from behind its header on, that stay where they are. */
  readonly kept: Bytes
  /** Lines of the lookup table for what is in them; images aside. */
  readonly keptEntries: readonly LookupEntry[]
  readonly blobs: readonly { readonly blob: StoredBlob; readonly references: number }[]
  /** Metadata of each image: a line for what is kept, or what is new. */
  readonly images: readonly (LookupEntry | StoredBlob)[]
  readonly xml: Document
  /** Absent when there is to be no integrity table; `before` is that of the WIM that is kept. */
  readonly integrity?: { readonly before?: IntegrityTable | undefined } | undefined
  /** What a part of a split WIM says of the set; absent for a whole one. */
  readonly set?: Pick<WimHeader, 'part' | 'parts' | 'guid' | 'imageCount'> | undefined
  readonly signal?: AbortSignal | undefined
}

export interface WimPlan {
  readonly bytes: Bytes
  readonly header: WimHeader
}

/** Puts a WIM together: what is kept, new blobs, metadata, lookup table, XML, integrity table. Its GUID is derived from all of these. */
export async function assemble(assembly: Assembly): Promise<WimPlan> {
  const { kept, keptEntries, blobs, images, xml, integrity, set, signal } = assembly
  const parts: Bytes[] = [kept]
  let end = HEADER_SIZE + kept.size
  const append = (bytes: Bytes, flags: number, size: number): ResourceHeader => {
    const resource = { sizeInWim: bytes.size, flags, offset: end, size }
    parts.push(bytes)
    end += bytes.size
    return resource
  }
  const store = ({ stored, isCompressed, size, sha1 }: StoredBlob, references: number, flags: number): LookupEntry => ({
    resource: append(stored, flags | (isCompressed ? RESOURCE_FLAG.compressed : 0), size),
    part: 1,
    references,
    sha1,
  })
  const entries = [...keptEntries]
  for (const { blob, references } of blobs) entries.push(store(blob, references, 0))
  const metadata = images.map(image => ('resource' in image ? image : store(image, 1, RESOURCE_FLAG.metadata)))
  entries.push(...metadata)
  const table = lookupTable.encode(entries)
  const tableResource = append(fromMemory(table), RESOURCE_FLAG.metadata, table.length)
  // The parts of a set all say what they are together.
  if (!set) setTotalBytes(xml, end)
  const text = encodeXml(xml)
  const tableEnd = end
  const xmlResource = append(fromMemory(text), RESOURCE_FLAG.metadata, text.length)
  const header: WimHeader = {
    ...assembly.header,
    guid: createHash('sha1').update(table).update(text).digest('hex').slice(0, 32),
    part: 1,
    parts: 1,
    imageCount: images.length,
    ...set,
    lookupTable: tableResource,
    xml: xmlResource,
    bootMetadata: metadata[assembly.header.bootIndex - 1]?.resource ?? NO_RESOURCE,
    integrity: NO_RESOURCE,
  }
  const body = (head: WimHeader): Bytes => concat([fromMemory(wimHeader.encode(head)), ...parts])
  if (!integrity) return { bytes: body(header), header }
  const encoded = integrityTable.encode(
    await computeIntegrity(body(header), tableEnd, {
      ...(integrity.before && { before: integrity.before }),
      sameUpTo: HEADER_SIZE + kept.size,
      signal,
    }),
  )
  const complete = { ...header, integrity: append(fromMemory(encoded), RESOURCE_FLAG.metadata, encoded.length) }
  return { bytes: body(complete), header: complete }
}

/** The bytes of a WIM that stay where they are when these resources do. */
export function keptOf(wim: Bytes, entries: readonly LookupEntry[]): Bytes {
  let end = HEADER_SIZE
  for (const entry of entries)
    if (!isInside(entry)) end = Math.max(end, entry.resource.offset + entry.resource.sizeInWim)
  return slice(wim, HEADER_SIZE, end)
}
