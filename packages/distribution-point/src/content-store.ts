import type { Readable } from 'node:stream'
import type { Blob } from '@bootwright/site-protocol'

/** A store of contents: a repository of an OCI registry, or a folder with an OCI image layout. */
export interface ContentStore {
  /** Display name: the URL or the folder. */
  readonly name: string
  tags(): Promise<readonly string[]>
  /** Reads a manifest by tag or digest (`sha256:…`); undefined when it is missing. */
  manifest(reference: string): Promise<Uint8Array | undefined>
  putManifest(manifest: Manifest, tag?: string): Promise<void>
  /** Removes an existing tag and its manifest. */
  removeManifest(tag: string, sha256: string): Promise<void>
  has(blob: Blob): Promise<boolean>
  /** Undefined when the blob is missing. */
  read(blob: Blob): Promise<Readable | undefined>
  /** Writes a blob. `read` returns the bytes from one offset up to, but excluding, another. Throws when the digest differs. */
  write(blob: Blob, read: (from: number, to: number) => Readable): Promise<void>
  removeBlob(blob: Blob): Promise<void>
}

export interface Manifest extends Blob {
  readonly mediaType: string
  readonly data: Uint8Array
}
