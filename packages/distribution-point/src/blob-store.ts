import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, opendir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Blob, SiteError } from '@bootwright/site-protocol'

/** Contents by their digests: the blobs of an OCI image layout. */
export interface BlobStore {
  /** Bytes; undefined when it is not there. */
  sizeOf(sha256: string): Promise<number | undefined>
  /** A small one; undefined when it is not there. */
  whole(sha256: string): Promise<Uint8Array | undefined>
  /** From one offset up to, and without, another. */
  read(sha256: string, from: number, to: number): Readable
  /** Begins what is sent in parts. */
  begin(): Promise<string>
  /** Bytes that are there of it. Throws `NOT_FOUND`. */
  sent(upload: string): Promise<number>
  append(upload: string, data: Readable): Promise<number>
  /** Throws `REQUEST_INVALID` when it has another digest. */
  finish(upload: string, sha256: string): Promise<void>
  /** At once. Throws `REQUEST_INVALID` when it has another digest. */
  put(sha256: string, data: Readable): Promise<void>
  remove(sha256: string): Promise<void>
  /** Removes what was begun before, and never ended. */
  tidy(before: Date): Promise<void>
  /** Every one, with when it came. */
  list(): AsyncIterable<Blob & { readonly modified: Date }>
}

/** Bytes of one read: fewer cost more than they hold. */
const READ_SIZE = 1 << 20

export async function openBlobStore(folder: string): Promise<BlobStore> {
  const blobs = join(folder, 'blobs', 'sha256')
  const incoming = join(folder, 'incoming')
  await mkdir(blobs, { recursive: true })
  await mkdir(incoming, { recursive: true })
  const pathOf = (sha256: string): string => join(blobs, sha256)
  const uploadPath = (upload: string): string => {
    if (!/^[\da-f-]{36}$/.test(upload)) throw gone()
    return join(incoming, upload)
  }
  const sent = async (upload: string): Promise<number> =>
    (
      await stat(uploadPath(upload)).catch(() => {
        throw gone()
      })
    ).size
  const begin = async (): Promise<string> => {
    const upload = randomUUID()
    await pipeline([new Uint8Array(0)], createWriteStream(uploadPath(upload)))
    return upload
  }
  /** A blob is there whole, or not at all. */
  const keep = async (upload: string, sha256: string, found: string): Promise<void> => {
    const path = uploadPath(upload)
    if (found === sha256) return await rename(path, pathOf(sha256))
    await rm(path, { force: true })
    throw new SiteError('REQUEST_INVALID', `what was sent is not ${sha256}; send it again`)
  }
  return {
    async sizeOf(sha256) {
      return (await stat(pathOf(sha256)).catch(() => undefined))?.size
    },
    whole: sha256 => readFile(pathOf(sha256)).catch(() => undefined),
    read: (sha256, from, to) =>
      createReadStream(pathOf(sha256), { start: from, end: Math.max(to - 1, 0), highWaterMark: READ_SIZE }),
    begin,
    sent,
    async append(upload, data) {
      await sent(upload)
      await pipeline(data, createWriteStream(uploadPath(upload), { flags: 'a' }))
      return await sent(upload)
    },
    async finish(upload, sha256) {
      await sent(upload)
      const hash = createHash('sha256')
      await pipeline(createReadStream(uploadPath(upload), { highWaterMark: READ_SIZE }), hash)
      await keep(upload, sha256, hash.digest('hex'))
    },
    async put(sha256, data) {
      const upload = await begin()
      const hash = createHash('sha256')
      try {
        await pipeline(data, hashing(hash), createWriteStream(uploadPath(upload)))
      } catch (error) {
        await rm(uploadPath(upload), { force: true })
        throw error
      }
      await keep(upload, sha256, hash.digest('hex'))
    },
    remove: sha256 => rm(pathOf(sha256), { force: true }),
    async tidy(before) {
      for await (const { name } of await opendir(incoming)) {
        const found = await stat(join(incoming, name)).catch(() => undefined)
        if (found && found.mtime < before) await rm(join(incoming, name), { force: true })
      }
    },
    async *list() {
      for await (const { name } of await opendir(blobs)) {
        const found = await stat(join(blobs, name)).catch(() => undefined)
        if (found) yield { sha256: name, size: found.size, modified: found.mtime }
      }
    },
  }
}

const hashing = (hash: Hash) =>
  async function* (source: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array> {
    for await (const chunk of source) {
      hash.update(chunk)
      yield chunk
    }
  }

const gone = (): SiteError => new SiteError('NOT_FOUND', 'there is no such upload; begin another one')
