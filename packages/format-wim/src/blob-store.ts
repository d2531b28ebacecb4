import { createHash } from 'node:crypto'
import { type Bytes, chunks, concat, digest, fromMemory } from '@bootwright/bytes'
import { LARGE_RESOURCE } from './chunk-table.ts'
import type { Compression } from './codec/codec.ts'
import { encoderFor } from './codec/index.ts'

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

/** Keeps what took long to compress. Without one it is in memory until the WIM is written. */
export interface BlobStore {
  /** What was put under the key, by this program or one before it. */
  get(key: string): Promise<Bytes | undefined>
  put(key: string, content: Bytes): Promise<Bytes>
}

export interface StoreOptions {
  readonly compression: Compression
  /** Bytes. */
  readonly chunkSize: number
  readonly store?: BlobStore | undefined
  readonly signal?: AbortSignal | undefined
}

/** Another encoder makes other bytes of the same content. Raise it whenever one changes. */
const ENCODER_VERSION = 1

/** Makes blobs, one after another: what it compresses with is kept. */
export interface BlobMaker {
  /** Computes the digest of a content and compresses it, unless that makes it no smaller. Empty content has no blob. */
  make(content: Bytes): Promise<StoredBlob>
}

export function blobMaker({ compression, chunkSize, store, signal }: StoreOptions): BlobMaker {
  const encode = compression === 'none' ? undefined : encoderFor(compression, chunkSize)
  const output = new Uint8Array(encode ? chunkSize : 0)
  /** A chunk that gets no smaller is kept as it is. */
  const compressChunk = (chunk: Uint8Array): Uint8Array => {
    const size = encode!(chunk, output.subarray(0, chunk.length))
    return size === 0 ? chunk.slice() : output.slice(0, size)
  }
  /** The resource of a content, or the content when that is not larger. */
  const compress = async (content: Bytes, onChunk: (chunk: Uint8Array) => void = () => {}): Promise<Bytes> => {
    const pieces: Uint8Array[] = []
    for await (const chunk of inChunks(content, chunkSize, signal)) {
      onChunk(chunk)
      pieces.push(compressChunk(chunk))
    }
    const sizes = pieces.map(({ length }) => length)
    const resource = concat([chunkTable(sizes, content.size), ...pieces].map(fromMemory))
    return resource.size < content.size ? resource : content
  }
  return {
    async make(content) {
      const { size } = content
      if (!encode)
        return { sha1: await digest(content, 'sha1', { signal }), size, isCompressed: false, stored: content }
      if (!store) {
        const hash = createHash('sha1')
        const stored = await compress(content, chunk => void hash.update(chunk))
        return { sha1: hash.digest('hex'), size, isCompressed: stored !== content, stored }
      }
      const sha1 = await digest(content, 'sha1', { signal })
      const key = `wim-${ENCODER_VERSION}-${compression}-${chunkSize}-${sha1}`
      const stored = (await store.get(key)) ?? (await store.put(key, await compress(content)))
      return { sha1, size, isCompressed: stored.size < size, stored }
    },
  }
}

async function* inChunks(
  content: Bytes,
  chunkSize: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array, void, undefined> {
  const buffer = new Uint8Array(Math.min(chunkSize, content.size))
  let filled = 0
  for await (const piece of chunks(content, { signal })) {
    for (let at = 0; at < piece.length; ) {
      const taken = piece.subarray(at, at + buffer.length - filled)
      buffer.set(taken, filled)
      filled += taken.length
      at += taken.length
      if (filled < buffer.length) continue
      yield buffer
      filled = 0
    }
  }
  if (filled > 0) yield buffer.subarray(0, filled)
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
