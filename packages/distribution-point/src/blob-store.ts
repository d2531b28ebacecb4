import { createHash, type Hash, randomUUID } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, opendir, readFile, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Blob, SiteError } from '@bootwright/site-protocol'

/** Blobs of an OCI image layout, by digest. */
export interface BlobStore {
  /** Bytes; undefined when the blob is missing. */
  sizeOf(sha256: string): Promise<number | undefined>
  /** Reads a small blob into memory; undefined when it is missing. */
  readAll(sha256: string): Promise<Uint8Array | undefined>
  /** Reads the bytes from one offset up to, but excluding, another. */
  read(sha256: string, from: number, to: number): Readable
  /** Starts an upload in parts and returns its id. */
  startUpload(): Promise<string>
  /** Bytes received of an upload. Throws `NOT_FOUND`. */
  uploadedSize(upload: string): Promise<number>
  /** Appends a part and returns the size of the upload. Throws `NOT_FOUND`. */
  append(upload: string, data: Readable): Promise<number>
  /** Stores a complete upload. Throws `REQUEST_INVALID` when its digest differs. */
  finish(upload: string, sha256: string): Promise<void>
  /** Stores a blob in one step. Throws `REQUEST_INVALID` when its digest differs. */
  put(sha256: string, data: Readable): Promise<void>
  remove(sha256: string): Promise<void>
  /** Removes unfinished uploads that were last written to before this time. */
  removeStaleUploads(before: Date): Promise<void>
  /** Lists all blobs with the time when each was stored. */
  list(): AsyncIterable<Blob & { readonly modified: Date }>
}

/** Bytes of one read from disk. */
const READ_SIZE = 1 << 20

export async function openBlobStore(folder: string): Promise<BlobStore> {
  const blobs = join(folder, 'blobs', 'sha256')
  const incoming = join(folder, 'incoming')
  await mkdir(blobs, { recursive: true })
  await mkdir(incoming, { recursive: true })
  const pathOf = (sha256: string): string => join(blobs, sha256)
  const uploadPath = (upload: string): string => {
    if (!/^[\da-f-]{36}$/.test(upload)) throw uploadMissing()
    return join(incoming, upload)
  }
  const uploadedSize = async (upload: string): Promise<number> =>
    (
      await stat(uploadPath(upload)).catch(() => {
        throw uploadMissing()
      })
    ).size
  const startUpload = async (): Promise<string> => {
    const upload = randomUUID()
    await pipeline([new Uint8Array(0)], createWriteStream(uploadPath(upload)))
    return upload
  }
  /** Moves a verified upload into place, so that a blob is never stored in part. */
  const store = async (upload: string, sha256: string, found: string): Promise<void> => {
    const path = uploadPath(upload)
    if (found === sha256) return await rename(path, pathOf(sha256))
    await rm(path, { force: true })
    throw new SiteError('REQUEST_INVALID', `the digest of the uploaded data is ${found}, not ${sha256}; send it again`)
  }
  return {
    async sizeOf(sha256) {
      return (await stat(pathOf(sha256)).catch(() => undefined))?.size
    },
    readAll: sha256 => readFile(pathOf(sha256)).catch(() => undefined),
    read: (sha256, from, to) =>
      createReadStream(pathOf(sha256), { start: from, end: Math.max(to - 1, 0), highWaterMark: READ_SIZE }),
    startUpload,
    uploadedSize,
    async append(upload, data) {
      await uploadedSize(upload)
      await pipeline(data, createWriteStream(uploadPath(upload), { flags: 'a' }))
      return await uploadedSize(upload)
    },
    async finish(upload, sha256) {
      await uploadedSize(upload)
      const hash = createHash('sha256')
      await pipeline(createReadStream(uploadPath(upload), { highWaterMark: READ_SIZE }), hash)
      await store(upload, sha256, hash.digest('hex'))
    },
    async put(sha256, data) {
      const upload = await startUpload()
      const hash = createHash('sha256')
      try {
        await pipeline(data, hashing(hash), createWriteStream(uploadPath(upload)))
      } catch (error) {
        await rm(uploadPath(upload), { force: true })
        throw error
      }
      await store(upload, sha256, hash.digest('hex'))
    },
    remove: sha256 => rm(pathOf(sha256), { force: true }),
    async removeStaleUploads(before) {
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

const uploadMissing = (): SiteError => new SiteError('NOT_FOUND', 'upload not found; start a new one')
