import type { Log } from './report.ts'
import type { Schema } from './schema.ts'
import type { Secret, SecretReference } from './secret.ts'

/**
 * Signs documents of media. Contributed under the name that a definition uses: `signers: [{ x509: { … } }]`. Digest out (`prepare`),
 * signature in (`attach`): the key may be in a file, or in a device that signs between two builds.
 */
export interface Signer<Options = unknown> {
  readonly schema: Schema<Options>
  /** Opens the identity that signs. Called once for each medium, also for a plan. */
  open(request: SignerRequest<Options>): Promise<OpenedSigner>
}

export interface OpenedSigner {
  /** DER (X.509): the signer's certificate, then its issuers. A computer that trusts the last one trusts the signatures. */
  readonly certificates: readonly Uint8Array[]
  /** The data to sign for `document`. Pure: the same on every machine, and computed without the key. */
  prepare(document: SignedDocument): Promise<Preparation>
  /**
   * The signature over the prepared data. Undefined while an external signature is pending: a build then stops and reports what to sign; a
   * plan continues with the placeholder.
   */
  sign(preparation: Preparation): Promise<Uint8Array | undefined>
  /** CMS SignedData (RFC 5652), DER. Throws when `signature` does not verify with the signer's key. */
  attach(preparation: Preparation, signature: Uint8Array): Promise<Uint8Array>
}

export interface SignedDocument {
  /** For people, and part of the names of files: `lab.manifest`. */
  readonly name: string
  readonly content: Uint8Array
  /** Object identifier of a DER content that is embedded in the message; without it, the signature is detached. */
  readonly contentType?: string | undefined
}

export interface Preparation extends SignedDocument {
  /** The input of SHA-256 and the key: DER of the signed attributes (RFC 5652 5.4). */
  readonly toBeSigned: Uint8Array
  /** SHA-256 of `toBeSigned`, lower-case hexadecimal, for devices that sign digests. */
  readonly digest: string
  /** Replaces the result of `attach` in a plan: the same size, or a few bytes larger. */
  readonly placeholder: Uint8Array
}

export interface SignerRequest<Options = unknown> {
  readonly options: Options
  /** Folder of the definition: relative paths in the options are relative to it. */
  readonly folder: string
  /** True when nothing may be written, not even a file to sign externally. */
  readonly isPlan: boolean
  /** For warnings about expiry; never written to the medium. */
  readonly now: Date
  readonly signal: AbortSignal
  readonly log: Log
  secret(reference: SecretReference): Promise<Secret>
}
