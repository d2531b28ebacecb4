import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Blob, chunksOf, decodeChunks } from '@bootwright/site-protocol'
import type { RemoteContents } from '../content/remote-contents.ts'
import type { BlobSource } from './blob-source.ts'

/** Chunks fetched ahead of reads, and chunks cached for the next reads. */
const READ_AHEAD = 3
const CACHED = 8

interface PlacedChunk extends Blob {
  readonly at: number
}

export function distributionPointContents(source: BlobSource): RemoteContents {
  const lists = new Map<string, Promise<readonly PlacedChunk[]>>()
  const readList = (list: Blob): Promise<readonly PlacedChunk[]> => {
    const known = lists.get(list.sha256)
    if (known) return known
    const reading = source.read(list).then(data => {
      let at = 0
      return decodeChunks(data).map(blob => {
        const chunk = { ...blob, at }
        at += blob.size
        return chunk
      })
    })
    lists.set(list.sha256, reading)
    reading.catch(() => lists.delete(list.sha256))
    return reading
  }

  return {
    async open({ size, chunks: list }) {
      if (!list) return undefined
      const chunks = await readList(list)
      const chunkAt = readAhead(chunks, chunk => source.read(chunk))
      return {
        size,
        async read(offset, length) {
          const end = Math.min(offset + length, size)
          const parts: Uint8Array[] = []
          for (let at = offset, index = indexAt(chunks, offset); at < end; index += 1) {
            const chunk = chunks[index]!
            parts.push((await chunkAt(index)).subarray(at - chunk.at, end - chunk.at))
            at = chunk.at + chunk.size
          }
          return Buffer.concat(parts)
        },
      }
    },
    async download(file, to, { older, onProgress }) {
      if (!file.chunks) {
        await source.download(file, to, onProgress)
        return
      }
      const chunks = await readList(file.chunks)
      await mkdir(dirname(to), { recursive: true })
      const part = `${to}.part`
      await using writing = await open(part, 'a+')
      const first = await firstMissing(writing, chunks)
      await writing.truncate(chunks[first]?.at ?? file.size)
      await using local = await chunksIn(older)
      const chunkAt = readAhead(chunks, async chunk => (await local.read(chunk)) ?? (await source.read(chunk)))
      for (let index = first; index < chunks.length; index += 1) {
        await writing.appendFile(await chunkAt(index))
        onProgress(chunks[index]!.at + chunks[index]!.size)
      }
      await writing.sync()
      await rename(part, to)
    },
  }
}

/** Returns chunks by index and fetches the following ones ahead. */
function readAhead(
  chunks: readonly PlacedChunk[],
  get: (chunk: PlacedChunk) => Promise<Uint8Array>,
): (index: number) => Promise<Uint8Array> {
  const cached = new Map<number, Promise<Uint8Array>>()
  const fetchChunk = (index: number): Promise<Uint8Array> => {
    const known = cached.get(index)
    if (known) return known
    const fetched = get(chunks[index]!)
    cached.set(index, fetched)
    fetched.catch(() => cached.delete(index))
    for (const old of [...cached.keys()].slice(0, Math.max(cached.size - CACHED, 0))) cached.delete(old)
    return fetched
  }
  return index => {
    const requested = fetchChunk(index)
    for (let next = index + 1; next <= index + READ_AHEAD && next < chunks.length; next += 1)
      fetchChunk(next).catch(() => {})
    return requested
  }
}

/** Index of the chunk that contains an offset. */
function indexAt(chunks: readonly PlacedChunk[], offset: number): number {
  let [low, high] = [0, chunks.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (chunks[middle]!.at <= offset) low = middle
    else high = middle - 1
  }
  return low
}

interface LocalChunks extends AsyncDisposable {
  /** Undefined when the chunk is missing or has changed. */
  read(chunk: Blob): Promise<Uint8Array | undefined>
}

/** The chunks of a local file. */
async function chunksIn(path: string | undefined): Promise<LocalChunks> {
  const file = path === undefined ? undefined : await open(path)
  const found = new Map<string, number>()
  let at = 0
  for (const { sha256, size } of file ? await chunksOf(createReadStream(path!, { highWaterMark: 1 << 20 })) : []) {
    found.set(sha256, at)
    at += size
  }
  return {
    async read({ sha256, size }) {
      const from = found.get(sha256)
      if (!file || from === undefined) return undefined
      const data = await readAt(file, from, size)
      return digestOf(data) === sha256 ? data : undefined
    },
    [Symbol.asyncDispose]: async () => await file?.close(),
  }
}

/** Partial downloads are verified like everything else. */
async function firstMissing(file: FileHandle, chunks: readonly PlacedChunk[]): Promise<number> {
  const { size } = await file.stat()
  if (size === 0) return 0
  let index = 0
  for (const { sha256, size: length, at } of chunks) {
    if (at + length > size) break
    if (digestOf(await readAt(file, at, length)) !== sha256) break
    index += 1
  }
  return index
}

const digestOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')

async function readAt(file: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
