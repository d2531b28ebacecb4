import type { SecretReference } from './hooks.ts'
import type { Log } from './report.ts'
import type { Schema } from './schema.ts'
import type { Secret } from './secret.ts'

/**
 * Signs documents of media. Contributed under the name that a definition uses: `signers: [{ x509: { … } }]`. Digest out (`prepare`),
 * signature in (`attach`): the key may be in a file, or in a device that signs between two runs.
 */
export interface Signer<Options = unknown> {
  readonly schema: Schema<Options>
  /** Finds who signs. Once for each medium, also for a plan. */
  open(request: SignerRequest<Options>): Promise<OpenedSigner>
}

export interface OpenedSigner {
  /** DER (X.509): the signer's own certificate, then those above it. A computer that trusts the last one trusts what this signs. */
  readonly certificates: readonly Uint8Array[]
  /** What has to be signed so that `document` is signed. Pure: the same on every machine, and without the key. */
  prepare(document: SignedDocument): Promise<Preparation>
  /**
   * The signature over what was prepared. Undefined while it is made elsewhere and is not there yet: a build then ends, telling what to
   * sign; a plan goes on with the placeholder.
   */
  sign(preparation: Preparation): Promise<Uint8Array | undefined>
  /** The signature as CMS SignedData (RFC 5652), DER. Throws when `signature` is not of what was prepared, by the signer's key. */
  attach(preparation: Preparation, signature: Uint8Array): Promise<Uint8Array>
}

export interface SignedDocument {
  /** For people, and part of the names of files: `lab.manifest`. */
  readonly name: string
  readonly content: Uint8Array
  /** Object identifier of a content that is DER and stands inside of the message; without, the signature is detached. */
  readonly contentType?: string | undefined
}

export interface Preparation extends SignedDocument {
  /** What the key signs with SHA-256: DER of the signed attributes (RFC 5652 5.4). */
  readonly toBeSigned: Uint8Array
  /** SHA-256 of `toBeSigned`, lower-case hexadecimal, for devices that sign digests. */
  readonly digest: string
  /** Stands for the result of `attach` in a plan: of the same size, or a few bytes larger. */
  readonly placeholder: Uint8Array
}

export interface SignerRequest<Options = unknown> {
  readonly options: Options
  /** Folder of the definition: relative paths in the options are relative to it. */
  readonly folder: string
  /** True when nothing may be written, also not what someone else is to sign. */
  readonly isPlan: boolean
  /** For warnings about expiry; never goes onto the medium. */
  readonly now: Date
  readonly signal: AbortSignal
  readonly log: Log
  secret(reference: SecretReference): Promise<Secret>
}
