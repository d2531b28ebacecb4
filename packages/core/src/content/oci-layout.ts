import { randomUUID } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { type Bytes, BytesError, digest, fromFile, fromMemory, read, writeFile } from '@bootwright/bytes'
import { canonicalJson } from './canonical.ts'
import { ContentError } from './content-error.ts'
import { withLock } from './lock.ts'

/** OCI image specification 1.1, content descriptor. */
export interface Descriptor {
  readonly mediaType: string
  readonly digest: string
  readonly size: number
  readonly annotations?: Readonly<Record<string, string>>
}
interface Index {
  readonly schemaVersion: 2
  readonly mediaType: string
  readonly manifests: readonly Descriptor[]
}
const EMPTY_INDEX: Index = { schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [] }

/** An OCI image layout (image specification 1.1, `image-layout.md`) that several processes may use at once. */
export interface Layout {
  index(): Promise<readonly Descriptor[]>
  /** The verified blob; undefined when it is missing or does not match its digest. */
  blob(descriptor: Descriptor): Promise<Bytes | undefined>
  json<T>(descriptor: Descriptor): Promise<T | undefined>
  add(bytes: Bytes, mediaType: string): Promise<Descriptor>
  addJson(value: unknown, mediaType: string): Promise<Descriptor>
  /** Sets `descriptor` as the one in the index whose annotation `key` is `name`. */
  point(key: string, name: string, descriptor: Descriptor): Promise<void>
}

export function openLayout(folder: string, signal: AbortSignal): Layout {
  const blobs = join(folder, 'blobs', 'sha256')
  const indexFile = join(folder, 'index.json')

  const blob = async (descriptor: Descriptor): Promise<Bytes | undefined> => {
    // The index may contain manifests of other tools, with other digests; and a digest must never be used as a path.
    const [, hex] = /^sha256:([0-9a-f]{64})$/.exec(descriptor.digest) ?? []
    if (hex === undefined) return undefined
    try {
      const bytes = await fromFile(join(blobs, hex))
      return bytes.size === descriptor.size && (await digest(bytes, 'sha256', { signal })) === hex ? bytes : undefined
    } catch (error) {
      if (error instanceof BytesError) return undefined
      throw error
    }
  }
  const add = async (bytes: Bytes, mediaType: string): Promise<Descriptor> => {
    await fs.mkdir(blobs, { recursive: true })
    await removeAbandoned(folder)
    const incoming = join(folder, 'incoming', randomUUID())
    try {
      const { digests } = await writeFile(incoming, bytes, { hashes: ['sha256'], signal })
      const hex = digests.sha256!
      const descriptor = { mediaType, digest: `sha256:${hex}`, size: bytes.size }
      // An existing blob may be part of a medium that is being written, so it is only replaced if it is damaged.
      await withLock(folder, hex, signal, async () => {
        if (!(await blob(descriptor))) await fs.rename(incoming, join(blobs, hex))
      })
      return descriptor
    } finally {
      await fs.rm(incoming, { force: true })
    }
  }
  return {
    index: async () => (await readIndex(indexFile)).manifests,
    blob,
    async json(descriptor) {
      const bytes = await blob(descriptor)
      return bytes && JSON.parse(new TextDecoder().decode(await read(bytes)))
    },
    add,
    addJson: (value, mediaType) => add(fromMemory(canonicalJson(value)), mediaType),
    point: (key, name, descriptor) =>
      withLock(folder, 'index', signal, async () => {
        const index = await readIndex(indexFile)
        const others = index.manifests.filter(each => each.annotations?.[key] !== name)
        const text = `${JSON.stringify({ ...index, manifests: [...others, descriptor] }, null, 2)}\n`
        await writeFile(join(folder, 'oci-layout'), fromMemory('{"imageLayoutVersion":"1.0.0"}\n'), { overwrite: true })
        await writeFile(indexFile, fromMemory(text), { overwrite: true })
      }),
  }
}

async function readIndex(file: string): Promise<Index> {
  const text = await fs.readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw new ContentError('LIBRARY_UNREADABLE', file, `cannot read ${file}: ${error.code ?? error.message}`, error)
  })
  if (text === undefined) return EMPTY_INDEX
  try {
    const index = JSON.parse(text) as Index
    if (index.manifests.every(each => typeof each.digest === 'string')) return index
    throw new Error('a manifest has no digest')
  } catch (cause) {
    const advice = 'delete it: the next build fills the content library again'
    throw new ContentError('LIBRARY_DAMAGED', file, `${file} is damaged; ${advice}`, cause)
  }
}

/** Milliseconds after which an unfinished blob is assumed to belong to a killed process. */
const ABANDONED_AFTER = 24 * 3600 * 1000

async function removeAbandoned(folder: string): Promise<void> {
  const incoming = join(folder, 'incoming')
  await fs.mkdir(incoming, { recursive: true })
  for (const name of await fs.readdir(incoming)) {
    const stats = await fs.stat(join(incoming, name)).catch(() => undefined)
    if (stats && Date.now() - stats.mtimeMs > ABANDONED_AFTER) await fs.rm(join(incoming, name), { force: true })
  }
}
