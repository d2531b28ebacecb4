import { createHash } from 'node:crypto'
import type { ContentKind } from '@bootwright/api'
import * as z from 'zod'
import { MediumError } from '../document/medium-error.ts'

/** The kinds of content that task sequences refer to, in the order of the index. */
export const CONTENT_KINDS: readonly [ContentKind, ...ContentKind[]] = [
  'operatingSystemImage',
  'application',
  'package',
  'driverPackage',
]

/** One content: an OCI artifact whose layers are its files. */
export interface ContentItem {
  readonly kind: ContentKind
  /** Name in the definition; unique within its kind. */
  readonly name: string
  readonly version?: string | undefined
  /** Index of the image in the WIM file, from 1; operating system images only. */
  readonly imageIndex?: number | undefined
  readonly files: readonly ContentFile[]
}
export interface ContentFile {
  readonly path: string
  /** Size on the medium, in bytes. */
  readonly size: number
  /** Digest of the bytes on the medium, lower-case hexadecimal. */
  readonly sha256: string
  /** Whether it is encrypted with the content key of the medium. */
  readonly isEncrypted?: boolean | undefined
  /** The blob that lists the chunks of the file, if a distribution point stores it in chunks. Never on a medium. */
  readonly chunks?: { readonly sha256: string; readonly size: number } | undefined
}

/** An OCI image layout, usable by tools that push and pull such layouts. */
export const CONTENT_FOLDER = 'content'
/** The list of contents. */
export const CONTENT_INDEX_PATH = 'content/index.json'
const LAYOUT_PATH = `${CONTENT_FOLDER}/oci-layout`

/** Path of a blob, on any volume with content. */
export const contentBlobPath = (sha256: string): string => `${CONTENT_FOLDER}/blobs/sha256/${sha256}`

/** OCI image specification 1.1. */
const TYPE = {
  index: 'application/vnd.oci.image.index.v1+json',
  manifest: 'application/vnd.oci.image.manifest.v1+json',
  empty: 'application/vnd.oci.empty.v1+json',
  file: 'application/octet-stream',
  encrypted: 'application/vnd.bootwright.encrypted.v1',
  content: 'application/vnd.bootwright.content.v1',
} as const
const TITLE = 'org.opencontainers.image.title'
const REF_NAME = 'org.opencontainers.image.ref.name'
const VERSION = 'org.opencontainers.image.version'
const KIND = 'io.bootwright.kind'
const IMAGE_INDEX = 'io.bootwright.image-index'

/** Limits in bytes: enough for thousands of contents, and for half a million files in one. */
const INDEX_LIMIT = 16 << 20
const DOCUMENT_LIMIT = 128 << 20

const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const descriptor = z.object({
  mediaType: z.string(),
  digest,
  size: z.int().min(0),
  annotations: z.record(z.string(), z.string()).optional(),
})
type Descriptor = z.infer<typeof descriptor>
const indexSchema = z.object({ schemaVersion: z.literal(2), manifests: z.array(descriptor) })
const manifestSchema = z.object({
  schemaVersion: z.literal(2),
  artifactType: z.literal(TYPE.content),
  layers: z.array(descriptor),
  annotations: z.object({
    [REF_NAME]: z.string().min(1),
    [KIND]: z.enum(CONTENT_KINDS),
    [VERSION]: z.string().optional(),
    [IMAGE_INDEX]: z.string().regex(/^\d+$/).optional(),
  }),
})

/** The index and manifests of contents, by path on the medium. The files themselves are located at {@link contentBlobPath}. */
export function encodeContent(items: readonly ContentItem[]): ReadonlyMap<string, Uint8Array> {
  const documents = new Map<string, Uint8Array>()
  const blob = (value: unknown, mediaType: string): Descriptor => {
    const data = encode(value)
    const sha256 = sha256Of(data)
    documents.set(contentBlobPath(sha256), data)
    return { mediaType, digest: `sha256:${sha256}`, size: data.length }
  }
  const manifests = [...items].sort(byName).map(item => {
    const annotations = {
      [KIND]: item.kind,
      [REF_NAME]: item.name,
      ...(item.version !== undefined && { [VERSION]: item.version }),
      ...(item.imageIndex !== undefined && { [IMAGE_INDEX]: String(item.imageIndex) }),
    }
    const layers = [...item.files]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map(({ path, size, sha256, isEncrypted }) => ({
        mediaType: isEncrypted ? TYPE.encrypted : TYPE.file,
        digest: `sha256:${sha256}`,
        size,
        annotations: { [TITLE]: path },
      }))
    const manifest = {
      schemaVersion: 2,
      mediaType: TYPE.manifest,
      artifactType: TYPE.content,
      config: blob({}, TYPE.empty),
      layers,
      annotations,
    }
    const reference = `${item.kind}/${item.name}`
    return { ...blob(manifest, TYPE.manifest), artifactType: TYPE.content, annotations: { [REF_NAME]: reference } }
  })
  documents.set(LAYOUT_PATH, encode({ imageLayoutVersion: '1.0.0' }))
  documents.set(CONTENT_INDEX_PATH, encode({ schemaVersion: 2, mediaType: TYPE.index, manifests }))
  return documents
}

/** Reads a file of at most `limit` bytes; undefined when there is none. */
export type ReadDocument = (path: string, limit: number) => Promise<Uint8Array | undefined>

/**
 * The contents of a medium; empty when it has none. Every manifest is verified by its digest, so that a signature of the index
 * covers all. Throws {@link MediumError} `CONTENT_INVALID`.
 */
export async function readContent(read: ReadDocument): Promise<readonly ContentItem[]> {
  const data = await read(CONTENT_INDEX_PATH, INDEX_LIMIT)
  if (!data) return []
  const items: ContentItem[] = []
  for (const { digest, size } of decode(indexSchema, data, CONTENT_INDEX_PATH).manifests) {
    const path = contentBlobPath(digest.slice('sha256:'.length))
    const found = size > DOCUMENT_LIMIT ? undefined : await read(path, size)
    if (!found) throw invalid(path, 'it is missing or too large')
    if (`sha256:${sha256Of(found)}` !== digest) throw invalid(path, 'its SHA-256 does not match its name')
    const { annotations, layers } = decode(manifestSchema, found, path)
    items.push({
      kind: annotations[KIND],
      name: annotations[REF_NAME],
      version: annotations[VERSION],
      imageIndex: annotations[IMAGE_INDEX] === undefined ? undefined : Number(annotations[IMAGE_INDEX]),
      files: layers.map(layer => ({
        path: layer.annotations?.[TITLE] ?? layer.digest,
        size: layer.size,
        sha256: layer.digest.slice('sha256:'.length),
        ...(layer.mediaType === TYPE.encrypted && { isEncrypted: true }),
      })),
    })
  }
  return items
}

const byName = (a: ContentItem, b: ContentItem): number =>
  CONTENT_KINDS.indexOf(a.kind) - CONTENT_KINDS.indexOf(b.kind) || (a.name < b.name ? -1 : 1)
const encode = (value: unknown): Uint8Array => Buffer.from(`${JSON.stringify(value, undefined, 2)}\n`)
const sha256Of = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
const invalid = (path: string, why: string): MediumError =>
  new MediumError('CONTENT_INVALID', `the list of contents cannot be read from ${path}: ${why}; rebuild the medium`)

function decode<T>(schema: z.ZodType<T>, data: Uint8Array, path: string): T {
  let value: unknown
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(data))
  } catch {
    throw invalid(path, 'it is not valid JSON in UTF-8')
  }
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const { path: at, message } = result.error.issues[0]!
  throw invalid(path, `at ${at.join('.')}: ${message}`)
}
