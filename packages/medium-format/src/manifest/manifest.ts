import * as z from 'zod'
import { type DocumentKind, decodeDocument, encodeDocument, withinLimit } from '../document/document.ts'

/** All files of a medium, so that a signature over this document covers every file. */
export interface Manifest {
  readonly formatVersion: 1
  /** As in the descriptor. */
  readonly id: string
  readonly type: string
  readonly label: string
  /** Serial number from the definition: a medium with a lower one is older, and not an update. */
  readonly serial: number
  /** Every file and link except the manifest and its signature, in ascending order of paths. */
  readonly files: readonly ManifestEntry[]
  /** The same for the EFI system partition. */
  readonly systemPartition: readonly ManifestEntry[]
}

export type ManifestEntry =
  | {
      readonly path: string
      /** Bytes. */
      readonly size: number
      /** Lower-case hexadecimal. */
      readonly sha256: string
    }
  | { readonly path: string; readonly link: string }

/** In bytes: enough for half a million files with paths of a hundred characters. */
export const MANIFEST_LIMIT: number = 128 << 20

const line = z.string().regex(/^\P{Cc}{1,255}$/u)
const path = z.string().min(1).max(4096)
const entry: z.ZodType<ManifestEntry> = z.union([
  z.strictObject({
    path,
    size: z.int().min(0),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
  z.strictObject({ path, link: z.string().min(1).max(4096) }),
])
const entries = z
  .array(entry)
  .refine(
    list => list.every(({ path }, index) => index === 0 || list[index - 1]!.path < path),
    'expected each path once, in ascending order',
  )

const document: DocumentKind<Manifest> = {
  name: 'manifest',
  invalid: 'MANIFEST_INVALID',
  version: 'MANIFEST_VERSION',
  limit: MANIFEST_LIMIT,
  schema: z.strictObject({
    formatVersion: z.literal(1),
    id: z.guid(),
    type: line,
    label: line,
    serial: z.int().min(0),
    files: entries,
    systemPartition: entries,
  }),
}

/** Canonical JSON with a line end. Throws `MediumError` `MANIFEST_INVALID` for values that `decodeManifest` would refuse. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return withinLimit(document, new TextEncoder().encode(`${encodeDocument(document, manifest)}\n`))
}

/** Strict: throws `MediumError` `MANIFEST_INVALID` (an unknown key too) or `MANIFEST_VERSION`. */
export function decodeManifest(data: Uint8Array): Manifest {
  return decodeDocument(document, data)
}
