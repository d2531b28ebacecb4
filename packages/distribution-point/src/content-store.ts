import type { Readable } from 'node:stream'
import type { Blob } from '@bootwright/site-protocol'

/** Where contents are kept: a repository of an OCI registry, or a folder with an OCI image layout. */
export interface ContentStore {
  /** For people. */
  readonly name: string
  tags(): Promise<readonly string[]>
  /** By its tag, or as `sha256:…`; undefined when it is not there. */
  manifest(reference: string): Promise<Uint8Array | undefined>
  putManifest(manifest: Manifest, tag?: string): Promise<void>
  /** Of a tag that is there: it, and the manifest. */
  removeManifest(tag: string, sha256: string): Promise<void>
  has(blob: Blob): Promise<boolean>
  read(blob: Blob): Promise<Readable | undefined>
  /** `read` gives bytes from an offset to an end. Throws for what has another digest. */
  write(blob: Blob, read: (from: number, to: number) => Readable): Promise<void>
  removeBlob(blob: Blob): Promise<void>
}

export interface Manifest extends Blob {
  readonly mediaType: string
  readonly data: Uint8Array
}
