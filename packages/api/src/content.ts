import type { Bytes, Tree } from '@bootwright/bytes'
import { type Token, token } from './token.ts'

/** Fetches content by URL. Contributed under the URL's scheme, for example `https`. */
export interface ContentSource {
  /** The files at `url`. Throws when they cannot be fetched; the message names the URL. */
  fetch(url: URL, request: { readonly signal: AbortSignal }): Promise<Tree>
}

/** The inputs of an artifact in the content library: equal keys mean equal artifacts. */
export interface ArtifactKey {
  /** For people: `boot-linux debian 6.1.0-41`. */
  readonly name: string
  /** Plain JSON: every input that the files depend on. Must not contain secrets. */
  readonly inputs: unknown
}

/** The content library: an OCI image layout on the build machine, addressed by SHA-256, shared by all builds. */
export interface Library {
  /** The files stored for an equal key, or else those that `make` returns, which are stored. */
  artifact(key: ArtifactKey, make: () => Promise<ReadonlyMap<string, Bytes>>): Promise<ReadonlyMap<string, Bytes>>
  /** The same for a single file. */
  file(key: ArtifactKey, make: () => Promise<Bytes>): Promise<Bytes>
  /** A folder for a tool's download state; created if missing. */
  toolFolder(name: string): Promise<string>
}
export const Library: Token<Library> = token('library')

/** Stores beside the definition (in `.bootwright/`) what must be created only once: versions, certificates, sealed environments. */
export interface PinStore {
  /**
   * The bytes stored under `name` for equal `inputs` (plain JSON; secrets allowed, because only a salted, memory-hard digest is stored).
   * Otherwise calls `make` and stores its result, unless this run only plans.
   */
  pin(name: string, inputs: unknown, make: () => Promise<Uint8Array>): Promise<Uint8Array>
}
export const PinStore: Token<PinStore> = token('pin-store')

/** Caches digests by fingerprint, so that unchanged content is not hashed again. */
export interface DigestCache {
  /** The digest (SHA-256 by default) in lower-case hexadecimal; undefined if it is not cached. */
  get(bytes: Bytes, algorithm?: 'sha256' | 'sha1'): Promise<string | undefined>
  set(bytes: Bytes, digest: string, algorithm?: 'sha256' | 'sha1'): Promise<void>
}
export const DigestCache: Token<DigestCache> = token('digest-cache')
