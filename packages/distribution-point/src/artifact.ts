import { type Blob, blobFor, ConnectionError, type PublishedSequence, sha256Of } from '@bootwright/site-protocol'
import * as z from 'zod'
import type { ContentStore, Manifest } from './content-store.ts'

/** The contents of one revision of a task sequence, as an OCI artifact. */
export interface Artifact {
  readonly tag: string
  /** Name of the task sequence. */
  readonly name: string
  readonly revision: number
  /** The index that the tag refers to, then its manifests. */
  readonly manifests: readonly Manifest[]
  /** Without duplicates. */
  readonly blobs: readonly Blob[]
}

/** OCI image specification 1.1. */
const INDEX = 'application/vnd.oci.image.index.v1+json'
const MANIFEST = 'application/vnd.oci.image.manifest.v1+json'
const SEQUENCE = 'application/vnd.bootwright.task-sequence.v1'
const CONFIG = `${SEQUENCE}+json`
const LAYER = 'application/octet-stream'
const TITLE = 'org.opencontainers.image.title'
const VERSION = 'org.opencontainers.image.version'
/** Layers in one manifest: registries accept manifests of 4 MiB, and a layer takes about 150 bytes. */
const LAYERS_LIMIT = 16_000

const digest = z.string().regex(/^sha256:[\da-f]{64}$/)
const descriptor = z.looseObject({ mediaType: z.string(), digest, size: z.int().min(0) })
const index = z.looseObject({
  mediaType: z.literal(INDEX),
  artifactType: z.literal(SEQUENCE),
  manifests: z.array(descriptor).min(1),
  annotations: z.looseObject({ [TITLE]: z.string(), [VERSION]: z.string().regex(/^\d+$/) }),
})
const manifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) })

/** Tag of a revision. Unique: names that are not valid tags get a digest as suffix. */
export function tagOf(name: string, revision: number): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 90)
  return `${plain === name ? name : `${plain || 'sequence'}-${sha256Of(name).slice(0, 8)}`}.r${revision}`
}

/** Creates the OCI artifact of a revision. Its variables and steps, which may be secret, are left out. */
export function artifactOf(
  published: PublishedSequence,
  revision: number,
  needed: readonly Blob[],
): Artifact & { readonly config: Manifest } {
  const { name, platform, architecture, steps, contents } = published
  const config = encode(CONFIG, { name, revision, platform, architecture, steps, contents })
  const parts: Manifest[] = []
  for (let from = 0; from < needed.length; from += LAYERS_LIMIT)
    parts.push(
      encode(MANIFEST, {
        schemaVersion: 2,
        mediaType: MANIFEST,
        artifactType: SEQUENCE,
        config: describe(config),
        layers: needed.slice(from, from + LAYERS_LIMIT).map(each => describe({ ...each, mediaType: LAYER })),
      }),
    )
  const top = encode(INDEX, {
    schemaVersion: 2,
    mediaType: INDEX,
    artifactType: SEQUENCE,
    manifests: parts.map(describe),
    annotations: { [TITLE]: name, [VERSION]: String(revision) },
  })
  const { sha256, size } = config
  return {
    tag: tagOf(name, revision),
    name,
    revision,
    manifests: [top, ...parts],
    blobs: [...needed, { sha256, size }],
    config,
  }
}

/** The blobs that a manifest or index references, including the manifests of an index; undefined when `data` is neither. */
export function referencedBlobs(data: Uint8Array): readonly Blob[] | undefined {
  const document = parse(data)
  const top = z.looseObject({ manifests: z.array(descriptor) }).safeParse(document)
  if (top.success) return top.data.manifests.map(blobOf)
  const one = manifest.safeParse(document)
  return one.success ? [one.data.config, ...one.data.layers].map(blobOf) : undefined
}

/** Reads the artifact of a tag; undefined when the tag is not a task sequence. Throws when it is damaged. */
export async function readArtifact(store: ContentStore, tag: string): Promise<Artifact | undefined> {
  const data = await store.manifest(tag)
  const top = data && index.safeParse(parse(data))
  if (!top?.success) return undefined
  const manifests = [{ ...blobFor(data!), mediaType: INDEX, data: data! }]
  const blobs = new Map<string, Blob>()
  for (const each of top.data.manifests) {
    const part = await store.manifest(each.digest)
    const referenced = part && sha256Of(part) === blobOf(each).sha256 ? referencedBlobs(part) : undefined
    if (!referenced)
      throw new ConnectionError(
        'UNREACHABLE',
        `${store.name}: manifest ${each.digest} of ${tag} is missing or damaged; push the contents again`,
      )
    manifests.push({ ...blobOf(each), mediaType: each.mediaType, data: part! })
    for (const blob of referenced) blobs.set(blob.sha256, blob)
  }
  const { [TITLE]: name, [VERSION]: revision } = top.data.annotations
  return { tag, name: name as string, revision: Number(revision), manifests, blobs: [...blobs.values()] }
}

/** Reads all artifacts of a store, or those with the given names or tags; sorted by name and revision. */
export async function readArtifacts(store: ContentStore, names: readonly string[] = []): Promise<readonly Artifact[]> {
  const all: Artifact[] = []
  for (const tag of await store.tags()) {
    const artifact = await readArtifact(store, tag)
    if (artifact && (names.length === 0 || names.includes(artifact.name) || names.includes(tag))) all.push(artifact)
  }
  return all.sort((a, b) => a.name.localeCompare(b.name) || a.revision - b.revision)
}

const blobOf = (each: { readonly digest: string; readonly size: number }): Blob => ({
  sha256: each.digest.slice('sha256:'.length),
  size: each.size,
})
const describe = ({ mediaType, sha256, size }: Omit<Manifest, 'data'>) => ({
  mediaType,
  digest: `sha256:${sha256}`,
  size,
})

function encode(mediaType: string, document: object): Manifest {
  const data = Buffer.from(JSON.stringify(document))
  return { ...blobFor(data), mediaType, data }
}

function parse(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString())
  } catch {
    return undefined
  }
}
