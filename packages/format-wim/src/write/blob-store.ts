import { createHash } from 'node:crypto'
import { type Bytes, chunks, computed, concat, fromMemory, read } from '@bootwright/bytes'
import type { Compression } from '../codec/codec.ts'
import { LARGE_RESOURCE } from '../structures/chunk-table.ts'
import type { CompressedBatch } from './compress-batch.ts'
import { type Compressor, openCompressor } from './compressor.ts'

/** Remembers the SHA-1 of large contents, by what they are made of, so that they are not read again. 40 hexadecimal digits. */
export interface DigestMemory {
  get(content: Bytes): Promise<string | undefined>
  set(content: Bytes, sha1: string): Promise<void>
}

/** Content as a WIM has it: its digest, and the bytes of its resource. */
export interface StoredBlob {
  /** 40 hexadecimal digits, of the content. */
  readonly sha1: string
  /** Bytes of the content. */
  readonly size: number
  readonly isCompressed: boolean
  /** The resource: the content, or the table of its chunks and they. */
  readonly stored: Bytes
}

/** Keeps what took long to compress. Without one it is in memory until the WIM is written, or compressed once more then. */
export interface BlobStore {
  /** What was made under the key, by this program or one before it; else what `make` gives, from now on. */
  keep(key: string, make: () => Promise<Bytes>): Promise<Bytes>
}

export interface StoreOptions {
  readonly compression: Compression
  /** Bytes. */
  readonly chunkSize: number
  readonly compressor: Compressor
  readonly memory: MemoryBudget
  readonly store?: BlobStore | undefined
  readonly signal?: AbortSignal | undefined
}

/** Bytes that may still be kept in memory. What finds no room is compressed again when it is written: the same bytes come out. */
export interface MemoryBudget {
  left: number
}

/** Another encoder makes other bytes of the same content. Raise it whenever one changes. */
const ENCODER_VERSION = 1
/** Smaller content is compressed sooner than it is found. Bytes. */
const KEPT_FROM = 1 << 20
/** Bytes that are compressed at once; whole chunks of any size. */
const BATCH_SIZE = 1 << 20

/** Content whose digest is known. Small content has been read, and is not read again. */
export interface HashedContent {
  readonly content: Bytes
  readonly sha1: string
  readonly data?: Uint8Array<ArrayBuffer> | undefined
}

export async function hashContent(
  content: Bytes,
  { digests, signal }: { readonly digests?: DigestMemory | undefined; readonly signal?: AbortSignal | undefined } = {},
): Promise<HashedContent> {
  const hash = createHash('sha1')
  if (content.size <= BATCH_SIZE) {
    signal?.throwIfAborted()
    const data = await read(content)
    return { content, sha1: hash.update(data).digest('hex'), data }
  }
  const known = await digests?.get(content)
  if (known !== undefined) return { content, sha1: known }
  for await (const piece of chunks(content, { signal })) hash.update(piece)
  const sha1 = hash.digest('hex')
  await digests?.set(content, sha1)
  return { content, sha1 }
}

/** Compresses a content, unless that makes it no smaller. Many may be stored at once. */
export async function storeBlob(hashed: HashedContent, options: StoreOptions): Promise<StoredBlob> {
  const { compression, chunkSize, store, memory } = options
  const { content, sha1 } = hashed
  const { size } = content
  if (compression === 'none' || (await isCompressedFormat(hashed)))
    return { sha1, size, isCompressed: false, stored: content }
  const key = `wim-${ENCODER_VERSION}-${compression}-${chunkSize}-${sha1}`
  let held = 0
  const make = async (): Promise<Bytes> => {
    const made = await compress(hashed, key, { ...options, compression })
    held = made.held
    return made.resource
  }
  const isKept = store && size >= KEPT_FROM
  const stored = isKept ? await store.keep(key, make) : await make()
  if (isKept) memory.left += held
  return { sha1, size, isCompressed: stored.size < size, stored }
}

/** How formats begin whose content is compressed already, so that it would take time for nothing. */
const COMPRESSED_FORMATS: readonly Buffer[] = [
  'MSWIM\0\0\0',
  'WLPWM\0\0\0',
  'MSCF\0\0\0\0',
  'PK\x03\x04',
  '\x1f\x8b\x08',
  '\xfd7zXZ\0',
  '7z\xbc\xaf\x27\x1c',
  '\x28\xb5\x2f\xfd',
  '\x89PNG',
  '\xff\xd8\xff',
].map(text => Buffer.from(text, 'latin1'))
const LONGEST = Math.max(...COMPRESSED_FORMATS.map(({ length }) => length))

async function isCompressedFormat({ content, data }: HashedContent): Promise<boolean> {
  const start = Buffer.from(data?.subarray(0, LONGEST) ?? (await read(content, 0, Math.min(LONGEST, content.size))))
  return COMPRESSED_FORMATS.some(format => start.subarray(0, format.length).equals(format))
}

type CompressOptions = StoreOptions & { readonly compression: Exclude<Compression, 'none'> }

/** The resource of a content, or the content when that is not larger; and the bytes that are held in memory for it. */
async function compress(
  hashed: HashedContent,
  key: string,
  options: CompressOptions,
): Promise<{ readonly resource: Bytes; readonly held: number }> {
  const { memory, compressor } = options
  const { content } = hashed
  const sizes: number[] = []
  let pieces: Bytes[] | undefined = []
  let total = 0
  for await (const { sizes: some, data } of batches(hashed, options)) {
    sizes.push(...some)
    total += data.length
    if (!pieces) continue
    memory.left -= data.length
    pieces.push(fromMemory(data))
    if (memory.left >= 0) continue
    memory.left += total
    pieces = undefined
  }
  const table = chunkTable(sizes, content.size)
  const size = table.length + total
  if (size >= content.size) {
    if (pieces) memory.left += total
    return { resource: content, held: 0 }
  }
  if (pieces) return { resource: concat([fromMemory(table), ...pieces]), held: total }
  const { compression, chunkSize } = options
  async function* produce(signal?: AbortSignal): AsyncGenerator<Uint8Array, void, undefined> {
    yield table
    await using again = openCompressor(compressor.threads)
    for await (const { data } of batches({ content }, { compression, chunkSize, compressor: again, signal })) yield data
  }
  return { resource: computed({ id: key, size, produce }), held: 0 }
}

/** The content in pieces of whole chunks, compressed on all threads at once, in order. */
async function* batches(
  { content, data: all }: Pick<HashedContent, 'content' | 'data'>,
  { compression, chunkSize, compressor, signal }: Omit<CompressOptions, 'memory'>,
): AsyncGenerator<CompressedBatch, void, undefined> {
  const waiting: Promise<CompressedBatch>[] = []
  for await (const data of all ? [all] : inBatches(content, Math.max(chunkSize, BATCH_SIZE), signal)) {
    const batch = compressor.compress({ compression, chunkSize, data }, signal)
    batch.catch(() => {})
    waiting.push(batch)
    if (waiting.length > compressor.threads) yield await waiting.shift()!
  }
  for (const batch of waiting) yield await batch
}

/** Each in memory of its own. */
async function* inBatches(
  content: Bytes,
  batchSize: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array<ArrayBuffer>, void, undefined> {
  let batch = new Uint8Array(batchSize)
  let filled = 0
  for await (const piece of chunks(content, { signal })) {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + batch.length - filled)
      batch.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled < batch.length) continue
      yield batch
      batch = new Uint8Array(batchSize)
      filled = 0
    }
  }
  if (filled > 0) yield batch.slice(0, filled)
}

/** Where each chunk but the first begins, counted from the end of the table. */
function chunkTable(sizes: readonly number[], size: number): Buffer {
  const width = size >= LARGE_RESOURCE ? 8 : 4
  const table = Buffer.alloc(Math.max(0, sizes.length - 1) * width)
  let offset = 0
  for (let chunk = 1; chunk < sizes.length; chunk++) {
    offset += sizes[chunk - 1]!
    if (width === 8) table.writeBigUInt64LE(BigInt(offset), (chunk - 1) * width)
    else table.writeUInt32LE(offset, (chunk - 1) * width)
  }
  return table
}
