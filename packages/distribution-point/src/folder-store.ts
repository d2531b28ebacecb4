import { readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { ConnectionError, sha256Of } from '@bootwright/site-protocol'
import * as z from 'zod'
import { type BlobStore, openBlobStore } from './blob-store.ts'
import type { ContentStore } from './content-store.ts'

const REF_NAME = 'org.opencontainers.image.ref.name'
const indexFile = z.looseObject({
  manifests: z.array(
    z.looseObject({
      mediaType: z.string(),
      digest: z.string().startsWith('sha256:'),
      size: z.int(),
      annotations: z.record(z.string(), z.string()).optional(),
    }),
  ),
})
type IndexFile = z.infer<typeof indexFile>

/** A folder with an OCI image layout (OCI image specification 1.1), created by the first write. Only one process may write at a time. */
export function folderStore(folder: string): ContentStore {
  let opened: Promise<BlobStore> | undefined
  const store = (): Promise<BlobStore> => {
    opened ??= openBlobStore(folder)
    return opened
  }
  const path = join(folder, 'index.json')
  /** Undefined when the index does not exist yet. */
  const findIndex = async (): Promise<IndexFile | undefined> => {
    const text = await readFile(path, 'utf8').catch(error => {
      if (error.code === 'ENOENT') return undefined
      throw error
    })
    if (text === undefined) return undefined
    const parsed = indexFile.safeParse(JSON.parse(text))
    if (parsed.success) return parsed.data
    throw new ConnectionError('UNREACHABLE', `${path} is not the index of an OCI image layout; use another folder`)
  }
  const readIndex = async (): Promise<IndexFile> => {
    const index = await findIndex()
    if (index) return index
    throw new ConnectionError('UNREACHABLE', `${folder} is not an OCI image layout: ${path} is missing`)
  }
  const change = async (edit: (manifests: IndexFile['manifests']) => IndexFile['manifests']): Promise<void> => {
    const index = (await findIndex()) ?? { schemaVersion: 2, manifests: [] }
    await writeFile(`${path}.part`, JSON.stringify({ ...index, manifests: edit(index.manifests) }))
    await rename(`${path}.part`, path)
    await writeFile(join(folder, 'oci-layout'), JSON.stringify({ imageLayoutVersion: '1.0.0' }))
  }
  const tagOf = ({ annotations }: IndexFile['manifests'][number]): string | undefined => annotations?.[REF_NAME]
  return {
    name: folder,
    async tags() {
      return (await readIndex()).manifests.flatMap(each => tagOf(each) ?? [])
    },
    async manifest(reference) {
      const digest = reference.startsWith('sha256:')
        ? reference
        : (await readIndex()).manifests.find(each => tagOf(each) === reference)?.digest
      const sha256 = digest?.slice('sha256:'.length)
      const data = sha256 === undefined ? undefined : await (await store()).readAll(sha256)
      if (data && sha256Of(data) !== sha256)
        throw new ConnectionError('UNREACHABLE', `${folder}: ${reference} is damaged; push or pull it again`)
      return data
    },
    async putManifest({ sha256, size, mediaType, data }, tag) {
      await (await store()).put(sha256, Readable.from([data]))
      if (tag === undefined) return
      const entry = { mediaType, digest: `sha256:${sha256}`, size, annotations: { [REF_NAME]: tag } }
      await change(all => [...all.filter(each => tagOf(each) !== tag), entry])
    },
    async removeManifest(tag, sha256) {
      await change(all => all.filter(each => tagOf(each) !== tag))
      await (await store()).remove(sha256)
    },
    has: async ({ sha256, size }) => (await (await store()).sizeOf(sha256)) === size,
    async read({ sha256 }) {
      const blobs = await store()
      const size = await blobs.sizeOf(sha256)
      return size === undefined ? undefined : blobs.read(sha256, 0, size)
    },
    write: async ({ sha256, size }, read) => (await store()).put(sha256, read(0, size)),
    removeBlob: async ({ sha256 }) => (await store()).remove(sha256),
  }
}
