import type { Bytes, Tree } from '@bootwright/bytes'
import { type Token, token } from './token.ts'

/** Gets content that the definition names by a URL. Contributed under the URL's scheme, for example `https`. */
export interface ContentSource {
  /** The files behind `url`. Throws when they cannot be had; the message names the URL. */
  fetch(url: URL, request: { readonly signal: AbortSignal }): Promise<Tree>
}

/** What an artifact in the content library was made from: equal keys, equal artifacts. */
export interface ArtifactKey {
  /** For people: `boot-linux debian 6.1.0-41`. */
  readonly name: string
  /** Plain JSON: every input that the files depend on. No secrets. */
  readonly inputs: unknown
}

/** The content library: an OCI image layout on the build machine, addressed by SHA-256, shared by all builds. */
export interface Library {
  /** The files made earlier for an equal key, or else those that `make` returns, stored. */
  artifact(key: ArtifactKey, make: () => Promise<ReadonlyMap<string, Bytes>>): Promise<ReadonlyMap<string, Bytes>>
  /** Likewise, of one file. */
  file(key: ArtifactKey, make: () => Promise<Bytes>): Promise<Bytes>
  /** A folder that a tool may keep its own download state in. It is made when it is missing. */
  toolFolder(name: string): Promise<string>
}
export const Library: Token<Library> = token('library')

/** Keeps beside the definition (in `.bootwright/`) what must be made only once. */
export interface PinStore {
  /**
   * The bytes made earlier under `name` from equal `inputs` (plain JSON, secrets allowed: only a salted memory-hard digest of them is
   * stored); else `make` is called and its result kept, unless this run only plans.
   */
  pin(name: string, inputs: unknown, make: () => Promise<Uint8Array>): Promise<Uint8Array>
}
export const PinStore: Token<PinStore> = token('pin-store')

/** Remembers digests of content by what it is made of, so that an unchanged medium is not hashed twice. */
export interface DigestCache {
  /** The digest (SHA-256 by default) in lower-case hexadecimal, when it was computed before for bytes of the same fingerprint. */
  get(bytes: Bytes, algorithm?: 'sha256' | 'sha1'): Promise<string | undefined>
  set(bytes: Bytes, digest: string, algorithm?: 'sha256' | 'sha1'): Promise<void>
}
export const DigestCache: Token<DigestCache> = token('digest-cache')
