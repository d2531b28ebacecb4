import { type Bytes, computed, openReader, type Reader, slice } from '@bootwright/bytes'
import type { Compression } from '../codec/codec.ts'
import { type Decoders, openDecoders } from '../codec/index.ts'
import { WimError } from '../error.ts'
import { readChunkTable } from '../structures/chunk-table.ts'
import type { WimHeader } from '../structures/header.ts'
import { compressionOf } from '../structures/header.ts'
import { type LookupEntry, SOLID_RESOURCE_SIZE } from '../structures/lookup-table.ts'
import { RESOURCE_FLAG, type ResourceHeader } from '../structures/resource-header.ts'
import { readChunks } from './read-chunks.ts'
import { type SolidRun, solidRun } from './solid.ts'

/** One part of a WIM, and how to decompress what it holds. */
export interface BlobSource {
  readonly bytes: Bytes
  readonly compression: Compression
  readonly chunkSize: number
  readonly decoders: Decoders
}
export const sourceOf = (bytes: Bytes, header: WimHeader): BlobSource => ({
  bytes,
  compression: compressionOf(header),
  chunkSize: header.chunkSize,
  decoders: openDecoders(),
})

/** Content that files of images refer to by its SHA-1. */
export interface WimBlob {
  /** 40 hexadecimal digits. */
  readonly sha1: string
  readonly size: number
  readonly references: number
  /** Number of the part that it is in. */
  readonly part: number
  /** In the WIM. A solid resource holds more than this blob: then it is where the blob is inside of that, and `size` is 0. */
  readonly resource: ResourceHeader
  /** Where its resource begins in the WIM: blobs in this order are read fastest. */
  readonly position: number
  /** Decompressed when read. Its digest is not verified yet. */
  readonly content: Bytes
  /** What `content` reads, with a reader of the part that it is in. */
  read(reader: Reader, signal?: AbortSignal): AsyncIterable<Uint8Array>
}

export interface Lookup {
  readonly blobs: readonly WimBlob[]
  /** Metadata resources are lines of the lookup table too, one for each image. */
  readonly metadata: readonly WimBlob[]
}

/** Makes blobs of the lines of one part's table. Throws {@link WimError}. */
export function blobsOf(entries: Iterable<LookupEntry>, source: BlobSource): Lookup {
  const blobs: WimBlob[] = []
  const metadata: WimBlob[] = []
  let run: SolidRun | undefined
  let isRunOpen = false
  for (const { resource, part, references, sha1 } of entries) {
    const { flags, size, sizeInWim, offset } = resource
    if (flags & RESOURCE_FLAG.solid && size === SOLID_RESOURCE_SIZE) {
      // Resources that follow one another without a blob between them go on one another.
      if (!run || !isRunOpen) run = solidRun(source.decoders)
      run.resources.push(resource)
      isRunOpen = true
      continue
    }
    isRunOpen = false
    const common = { sha1, references, part, resource }
    if (flags & RESOURCE_FLAG.solid) {
      if (!run) throw new WimError('WIM_FIELD', 'lookup table', `the blob ${sha1} is in no solid resource`)
      const { read } = run
      const position = run.resources[0]!.offset
      const each = (reader: Reader, signal?: AbortSignal) => read(reader, offset, offset + sizeInWim, signal)
      const content = contentOf(source, `solid ${position} ${offset} ${sizeInWim}`, sizeInWim, each)
      blobs.push({ ...common, size: sizeInWim, position, content, read: each })
    } else {
      const { content, read } = resourceContent(resource, source)
      const isMetadata = (flags & RESOURCE_FLAG.metadata) !== 0
      ;(isMetadata ? metadata : blobs).push({ ...common, size, position: offset, content, read })
    }
  }
  return { blobs, metadata }
}

/** What a resource holds that is not solid. Throws {@link WimError} `WIM_TRUNCATED` when it is not inside of the file. */
export function resourceContent(resource: ResourceHeader, source: BlobSource): Pick<WimBlob, 'content' | 'read'> {
  const { offset, sizeInWim, size, flags } = resource
  const { bytes, compression, chunkSize, decoders } = source
  if (offset + sizeInWim > bytes.size)
    throw new WimError('WIM_TRUNCATED', 'blob', `${sizeInWim} bytes; the file ends at ${bytes.size}`, { offset })
  const isStored = !(flags & RESOURCE_FLAG.compressed)
  if (isStored && size !== sizeInWim)
    throw new WimError('WIM_FIELD', 'blob', `${sizeInWim} bytes hold ${size} and are not compressed`, { offset })
  if (isStored || size === 0)
    return {
      content: slice(bytes, offset, offset + (isStored ? size : 0)),
      read: (reader, signal) => readStored(reader, offset, size, signal),
    }
  if (compression === 'none')
    throw new WimError('WIM_FIELD', 'blob', 'it is compressed, and the header says that nothing is', { offset })
  const read: WimBlob['read'] = async function* (reader, signal) {
    const table = await readChunkTable(reader, resource, compression, chunkSize)
    yield* readChunks(reader, table, decoders, { from: 0, to: size, signal })
  }
  return { content: contentOf(source, `${compression} ${offset} ${sizeInWim} ${size}`, size, read), read }
}

const contentOf = ({ bytes }: BlobSource, id: string, size: number, read: WimBlob['read']): Bytes =>
  size === 0
    ? slice(bytes, 0, 0)
    : computed({
        id: `wim ${id}`,
        size,
        async *produce(signal) {
          await using reader = openReader(bytes)
          yield* read(reader, signal)
        },
      })

const BLOCK_SIZE = 1 << 20
async function* readStored(
  reader: Reader,
  offset: number,
  size: number,
  signal?: AbortSignal,
): AsyncGenerator<Uint8Array, void, undefined> {
  for (let at = 0; at < size; at += BLOCK_SIZE) {
    signal?.throwIfAborted()
    yield await reader.read(offset + at, Math.min(BLOCK_SIZE, size - at))
  }
}
