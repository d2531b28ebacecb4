import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, mkdir, open, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { ContentFile } from '@bootwright/medium'
import { type Blob, chunksOf, decodeChunks } from '@bootwright/site-protocol'
import type { BlobSource } from './blob-source.ts'

/** Contents of distribution points: what is there is what was asked for, or there is an error. */
export interface RemoteContents {
  /** A file as it is read, from anywhere in it; undefined of one that is not in chunks. */
  open(file: ContentFile): Promise<RemoteFile | undefined>
  /** `older` is an earlier one of the same name, of which chunks that did not change are taken. */
  download(file: ContentFile, to: string, options: DownloadOptions): Promise<void>
}
export interface RemoteFile {
  /** Bytes. */
  readonly size: number
  /** Fewer bytes only at the end. */
  read(offset: number, length: number): Promise<Uint8Array>
}
export interface DownloadOptions {
  readonly older?: string | undefined
  readonly onProgress: (done: number) => void
}

/** Chunks that are being fetched before they are asked for, and those that are kept because the next read is near. */
const AHEAD = 3
const KEPT = 8

interface Place extends Blob {
  readonly at: number
}

export function remoteContents(source: BlobSource): RemoteContents {
  const lists = new Map<string, Promise<readonly Place[]>>()
  const placesOf = (list: Blob): Promise<readonly Place[]> => {
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
      const places = await placesOf(chunks)
      const kept = new Map<number, Promise<Uint8Array>>()
      const chunkAt = (index: number): Promise<Uint8Array> => {
        const known = kept.get(index)
        if (known) return known
        const fetched = source.read(places[index]!)
        kept.set(index, fetched)
        fetched.catch(() => kept.delete(index))
        for (const old of [...kept.keys()].slice(0, Math.max(kept.size - KEPT, 0))) kept.delete(old)
        return fetched
      }
      return {
        size,
        async read(offset, length) {
          const end = Math.min(offset + length, size)
          const parts: Uint8Array[] = []
          for (let at = offset, index = indexAt(places, offset); at < end; index += 1) {
            const place = places[index]!
            const data = await chunkAt(index)
            for (let next = index + 1; next <= index + AHEAD && next < places.length; next += 1)
              void chunkAt(next).catch(() => {})
            parts.push(data.subarray(at - place.at, end - place.at))
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
      const places = await placesOf(file.chunks)
      const local = older === undefined ? undefined : await chunksIn(older)
      await mkdir(dirname(to), { recursive: true })
      const part = `${to}.part`
      await using writing = await open(part, 'a+')
      await using reading = older === undefined ? undefined : await open(older)
      const first = await firstMissing(writing, places)
      await writing.truncate(places[first]?.at ?? file.size)
      const get = (place: Place): Promise<Uint8Array> => {
        const at = local?.get(place.sha256)
        return at === undefined || !reading ? source.read(place) : readAt(reading, at, place.size)
      }
      const ahead = places.slice(first).map(place => ({ place, data: undefined as Promise<Uint8Array> | undefined }))
      for (const [index, { place }] of ahead.entries()) {
        for (const next of ahead.slice(index, index + AHEAD + 1)) {
          next.data ??= get(next.place)
          next.data.catch(() => {})
        }
        await writing.write(await ahead[index]!.data!)
        ahead[index]!.data = undefined
        onProgress(place.at + place.size)
      }
      await writing.sync()
      await rename(part, to)
    },
  }
}

/** The chunk that holds an offset. */
function indexAt(places: readonly Place[], offset: number): number {
  let [low, high] = [0, places.length - 1]
  while (low < high) {
    const middle = (low + high + 1) >> 1
    if (places[middle]!.at <= offset) low = middle
    else high = middle - 1
  }
  return low
}

/** Where the chunks of a file are that is here. */
async function chunksIn(path: string): Promise<ReadonlyMap<string, number>> {
  const found = new Map<string, number>()
  let at = 0
  for (const { sha256, size } of await chunksOf(createReadStream(path, { highWaterMark: 1 << 20 }))) {
    found.set(sha256, at)
    at += size
  }
  return found
}

/** What was written before it was interrupted is judged like all else. */
async function firstMissing(file: FileHandle, places: readonly Place[]): Promise<number> {
  const { size } = await file.stat()
  if (size === 0) return 0
  let index = 0
  for (const { sha256, size: length, at } of places) {
    if (at + length > size) break
    if (
      createHash('sha256')
        .update(await readAt(file, at, length))
        .digest('hex') !== sha256
    )
      break
    index += 1
  }
  return index
}

async function readAt(file: FileHandle, at: number, length: number): Promise<Uint8Array> {
  const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, at)
  return buffer.subarray(0, bytesRead)
}
