import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { ArtifactKey, Library } from '@bootwright/api'
import type { Bytes } from '@bootwright/bytes'
import { canonicalJson, sha256 } from './canonical.ts'
import { ContentError } from './content-error.ts'
import { withLock } from './lock.ts'
import { type Descriptor, openLayout } from './oci-layout.ts'

const ARTIFACT_TYPE = 'application/vnd.bootwright.artifact.v1'
const FILE_TYPE = 'application/octet-stream'
const EMPTY_TYPE = 'application/vnd.oci.empty.v1+json'
const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json'
const TITLE = 'org.opencontainers.image.title'
/** Title of the file in an artifact with a single file. */
const FILE = 'file'
const REF_NAME = 'org.opencontainers.image.ref.name'

interface Manifest {
  readonly artifactType?: string
  readonly layers: readonly Descriptor[]
}

/** The content library: an OCI image layout whose artifacts are named by the digest of their inputs. */
export function openLibrary(folder: string, signal: AbortSignal): Library {
  const layout = openLayout(folder, signal)

  const find = async (reference: string): Promise<ReadonlyMap<string, Bytes> | undefined> => {
    const descriptor = (await layout.index()).find(each => each.annotations?.[REF_NAME] === reference)
    const manifest = descriptor && (await layout.json<Manifest>(descriptor))
    if (manifest?.artifactType !== ARTIFACT_TYPE) return undefined
    const files = new Map<string, Bytes>()
    for (const layer of manifest.layers) {
      const bytes = await layout.blob(layer)
      const title = layer.annotations?.[TITLE]
      if (!bytes || title === undefined) return undefined // A missing or damaged blob is created again.
      files.set(title, bytes)
    }
    return files
  }

  const store = async (reference: string, key: ArtifactKey, files: ReadonlyMap<string, Bytes>): Promise<void> => {
    const layers: Descriptor[] = []
    for (const [title, bytes] of [...files].sort(([a], [b]) => (a < b ? -1 : 1)))
      layers.push({ ...(await layout.add(bytes, FILE_TYPE)), annotations: { [TITLE]: title } })
    const config = await layout.addJson({}, EMPTY_TYPE)
    const manifest = { schemaVersion: 2, mediaType: MANIFEST_TYPE, artifactType: ARTIFACT_TYPE, config, layers }
    const descriptor = await layout.addJson(manifest, MANIFEST_TYPE)
    await layout.point(REF_NAME, reference, {
      ...descriptor,
      annotations: { [REF_NAME]: reference, 'org.opencontainers.image.description': key.name },
    })
  }

  const artifact: Library['artifact'] = async (key, make) => {
    const reference = sha256(canonicalJson(key))
    const known = await find(reference)
    if (known) return known
    return withLock(folder, reference, signal, async () => {
      const meanwhile = await find(reference)
      if (meanwhile) return meanwhile
      await store(reference, key, await make())
      const stored = await find(reference)
      if (stored) return stored
      const message = `${key.name} was stored in ${folder} but cannot be read back; check the disk`
      throw new ContentError('LIBRARY_DAMAGED', folder, message)
    })
  }
  return {
    artifact,
    async file(key, make) {
      const files = await artifact(key, async () => new Map([[FILE, await make()]]))
      return files.get(FILE)!
    },
    async toolFolder(name) {
      const path = join(folder, 'tools', name)
      await fs.mkdir(path, { recursive: true })
      return path
    },
  }
}
