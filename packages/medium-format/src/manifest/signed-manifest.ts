import type { X509Certificate } from 'node:crypto'
import { CmsError, mergeSignedData, type VerifiedSigner, verifySignedData } from '@bootwright/format-cms'
import { MediumError } from '../document/medium-error.ts'
import { MANIFEST_PATH, SIGNATURE_PATH } from '../document/paths.ts'
import { decodeManifest, type Manifest } from './manifest.ts'

export type { SignerProblem, VerifiedSigner } from '@bootwright/format-cms'

/** Largest accepted signature, in bytes. */
export const SIGNATURE_LIMIT: number = 1 << 20

/** Merges the detached signatures (CMS, DER) of all signers into the one that is stored beside the manifest. */
export const joinSignatures = (signatures: readonly Uint8Array[]): Uint8Array =>
  signatures.length === 1 ? signatures[0]! : mergeSignedData(signatures)

export interface ManifestVerification {
  readonly signers: readonly VerifiedSigner[]
  /** Undefined if there is a fault. */
  readonly manifest?: Manifest | undefined
  /** Why the manifest must not be trusted. */
  readonly fault?: string | undefined
}

export interface VerifyOptions {
  /** Certificates of signers, or of authorities above them. Without any, a signature must be valid, whoever the signer is. */
  readonly trusted: readonly X509Certificate[]
  /** The time at which the certificates must be valid. Not checked by default, for computers without a clock. */
  readonly at?: Date | undefined
}

/** Decodes a manifest if its signature is valid. One trusted signer is enough. Throws no error for a bad signature: see `fault`. */
export function verifyManifest(
  content: Uint8Array,
  signature: Uint8Array | undefined,
  options: VerifyOptions,
): ManifestVerification {
  const verification = verifySignature(content, signature, options)
  if (verification.fault !== undefined) return verification
  try {
    return { ...verification, manifest: decodeManifest(content) }
  } catch (error) {
    if (!(error instanceof MediumError)) throw error
    return { ...verification, fault: `${MANIFEST_PATH}: ${error.message}` }
  }
}

function verifySignature(
  content: Uint8Array,
  signature: Uint8Array | undefined,
  options: VerifyOptions,
): ManifestVerification {
  const isTrustKnown = options.trusted.length > 0
  if (!signature) return isTrustKnown ? { signers: [], fault: 'the medium is not signed' } : { signers: [] }
  let signers: readonly VerifiedSigner[]
  try {
    signers = verifySignedData(signature, { content, ...options })
  } catch (error) {
    if (!(error instanceof CmsError)) throw error
    return { signers: [], fault: `${SIGNATURE_PATH}: ${error.message}` }
  }
  if (signers.some(({ problem }) => !problem || (!isTrustKnown && problem.code === 'UNTRUSTED'))) return { signers }
  const reasons = signers.map(({ problem }) => problem?.message).join('; ')
  return { signers, fault: `the medium has no valid signature: ${reasons || 'it has no signer'}` }
}
