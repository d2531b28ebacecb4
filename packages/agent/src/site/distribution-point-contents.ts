import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { type Blob, chunksOf, decodeChunks } from '@bootwright/site-protocol'
import type { RemoteContents } from '../content/remote-contents.ts'
import type { BlobSource } from './blob-source.ts'

/** Chunks that are being fetched before they are asked for, and those that are kept because the next read is near. */
const READ_AHEAD = 3
const CACHED = 8

interface PlacedChunk extends Blob {
  readonly at: number
}

export function distributionPointContents(source: BlobSource): RemoteContents {
  const lists = new Map<string, Promise<readonly PlacedChunk[]>>()
  const chunksInList = (list: Blob): Promise<readonly PlacedChunk[]> => {
    const known = lists.get(list.sha256)
    if (known) return known
    const made = source.read(list).then(data => {
      let at = 0
      return decodeChunks(data).map(chunk => {
        const place = { ...chunk, at }
        at += chunk.size
        return place
      })
    })
    lists.set(list.sha256, made)
    made.catch(() => lists.delete(list.sha256))
    return made
  }

  return {
    async open({ size, chunks }) {
      if (!chunks) return undefined
      const places = await chunksInList(chunks)
      const chunkAt = readAhead(places, place => source.read(place))
      return {
        size,
        async read(offset, length) {
          const end = Math.min(offset + length, size)
          const parts: Uint8Array[] = []
          for (let at = offset, index = indexAt(places, offset); at < end; index += 1) {
            const place = places[index]!
            parts.push((await chunkAt(index)).subarray(at - place.at, end - place.at))
            at = place.at + place.size
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
      const places = await chunksInList(file.chunks)
      await mkdir(dirname(to), { recursive: true })
      const part = `${to}.part`
      await using writing = await open(part, 'a+')
      const first = await firstMissing(writing, places)
      await writing.truncate(places[first]?.at ?? file.size)
      await using local = await chunksIn(older)
      const chunkAt = readAhead(places, async place => (await local.read(place)) ?? (await source.read(place)))
      for (let index = first; index < places.length; index += 1) {
        await writing.appendFile(await chunkAt(index))
        onProgress(places[index]!.at + places[index]!.size)
      }
      await writing.sync()
      await rename(part, to)
    },
  }
}

/** Gives chunks by their numbers, with the next ones on their way already. */
function readAhead(
  places: readonly PlacedChunk[],
  get: (place: PlacedChunk) => Promise<Uint8Array>,
): (index: number) => Promise<Uint8Array> {
  const kept = new Map<number, Promise<Uint8Array>>()
  const fetchChunk = (index: number): Promise<Uint8Array> => {
    const known = kept.get(index)
    if (known) return known
    const fetched = get(places[index]!)
    kept.set(index, fetched)
    fetched.catch(() => kept.delete(index))
    for (const old of [...kept.keys()].slice(0, Math.max(kept.size - CACHED, 0))) kept.delete(old)
    return fetched
  }
  return index => {
    const asked = fetchChunk(index)
    for (let next = index + 1; next <= index + READ_AHEAD && next < places.length; next += 1)
      fetchChunk(next).catch(() => {})
    return asked
  }
}

/** The chunk that holds an offset. */
function indexAt(places: readonly PlacedChunk[], offset: number): number {
  let [low, high] = [0, places.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (places[middle]!.at <= offset) low = middle
    else high = middle - 1
  }
  return low
}

interface LocalChunks extends AsyncDisposable {
  /** Undefined when it is not there, or cannot be read as it was. */
  read(chunk: Blob): Promise<Uint8Array | undefined>
}

/** The chunks of a file that is here. */
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
async function firstMissing(file: FileHandle, places: readonly PlacedChunk[]): Promise<number> {
  const { size } = await file.stat()
  if (size === 0) return 0
  let index = 0
  for (const { sha256, size: length, at } of places) {
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
