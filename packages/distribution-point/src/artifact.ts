import { createHash } from 'node:crypto'
import { type Blob, ConnectionError, type PublishedSequence } from '@bootwright/site-protocol'
import * as z from 'zod'
import type { ContentStore, Manifest } from './content-store.ts'

/** The contents of one revision of a task sequence. */
export interface Artifact {
  readonly tag: string
  /** Of the task sequence. */
  readonly name: string
  readonly revision: number
  /** The one that the tag names, then its parts. */
  readonly manifests: readonly Manifest[]
  /** Each once. */
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
/** Registries take manifests of 4 MiB; a layer is some 150 bytes of it. */
const LAYERS = 16_000

const digest = z.string().regex(/^sha256:[\da-f]{64}$/)
const descriptor = z.looseObject({ mediaType: z.string(), digest, size: z.int().min(0) })
const index = z.looseObject({
  mediaType: z.literal(INDEX),
  artifactType: z.literal(SEQUENCE),
  manifests: z.array(descriptor).min(1),
  annotations: z.looseObject({ [TITLE]: z.string(), [VERSION]: z.string().regex(/^\d+$/) }),
})
const manifest = z.looseObject({ config: descriptor, layers: z.array(descriptor) })

/** Unique: names that registries do not take are told apart by a digest. */
export function tagOf(name: string, revision: number): string {
  const plain = name
    .normalize('NFKD')
    .replaceAll(/[^\w.-]+/g, '-')
    .replace(/^[.-]+/, '')
    .slice(0, 90)
  return `${plain === name ? name : `${plain || 'sequence'}-${digestOf(Buffer.from(name)).slice(0, 8)}`}.r${revision}`
}

/** What registries need to keep the contents of a revision, and other tools to copy them. Variables and steps, which may be secret, are not in it. */
export function artifactOf(
  published: PublishedSequence,
  revision: number,
  needed: readonly Blob[],
): Artifact & { readonly config: Manifest } {
  const { name, platform, architecture, steps, contents } = published
  const config = encode(CONFIG, { name, revision, platform, architecture, steps, contents })
  const parts: Manifest[] = []
  for (let from = 0; from < needed.length; from += LAYERS)
    parts.push(
      encode(MANIFEST, {
        schemaVersion: 2,
        mediaType: MANIFEST,
        artifactType: SEQUENCE,
        config: describe(config),
        layers: needed.slice(from, from + LAYERS).map(each => describe({ ...each, mediaType: LAYER })),
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

/** The blobs that a manifest names; undefined of what is none. Parts of an index are among them. */
export function blobsNamed(data: Uint8Array): readonly Blob[] | undefined {
  const written = parse(data)
  const top = z.looseObject({ manifests: z.array(descriptor) }).safeParse(written)
  if (top.success) return top.data.manifests.map(blobOf)
  const one = manifest.safeParse(written)
  return one.success ? [one.data.config, ...one.data.layers].map(blobOf) : undefined
}

/** Undefined of what is tagged there and is no task sequence. Throws for one that is damaged. */
export async function readArtifact(place: ContentStore, tag: string): Promise<Artifact | undefined> {
  const data = await place.manifest(tag)
  const top = data && index.safeParse(parse(data))
  if (!top?.success) return undefined
  const manifests = [{ ...blobFor(data!), mediaType: INDEX, data: data! }]
  const blobs = new Map<string, Blob>()
  for (const each of top.data.manifests) {
    const part = await place.manifest(each.digest)
    const named = part && digestOf(part) === blobOf(each).sha256 ? blobsNamed(part) : undefined
    if (!named)
      throw new ConnectionError(
        'UNREACHABLE',
        `${place.name}: a part of ${tag} (${each.digest}) is missing or damaged; push it again`,
      )
    manifests.push({ ...blobOf(each), mediaType: each.mediaType, data: part! })
    for (const blob of named) blobs.set(blob.sha256, blob)
  }
  const { [TITLE]: name, [VERSION]: revision } = top.data.annotations
  return { tag, name: name as string, revision: Number(revision), manifests, blobs: [...blobs.values()] }
}

/** Every one that a place has; of some names, or of all. */
export async function readArtifacts(place: ContentStore, names: readonly string[] = []): Promise<readonly Artifact[]> {
  const all: Artifact[] = []
  for (const tag of await place.tags()) {
    const artifact = await readArtifact(place, tag)
    if (artifact && (names.length === 0 || names.includes(artifact.name) || names.includes(tag))) all.push(artifact)
  }
  return all.sort((a, b) => a.name.localeCompare(b.name) || a.revision - b.revision)
}

const digestOf = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
const blobFor = (data: Uint8Array): Blob => ({ sha256: digestOf(data), size: data.length })
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
