import type { X509Certificate } from 'node:crypto'
import { CmsError, mergeSignedData, type VerifiedSigner, verifySignedData } from '@bootwright/format-cms'
import { MediumError } from '../document/medium-error.ts'
import { MANIFEST_PATH, SIGNATURE_PATH } from '../document/paths.ts'
import { decodeManifest, type Manifest } from './manifest.ts'

export type { SignerProblem, VerifiedSigner } from '@bootwright/format-cms'

/** Bytes. More than any signature needs. */
export const SIGNATURE_LIMIT: number = 1 << 20

/** What stands beside the manifest: the detached signatures (CMS, DER) of all its signers as one. */
export const joinSignatures = (signatures: readonly Uint8Array[]): Uint8Array =>
  signatures.length === 1 ? signatures[0]! : mergeSignedData(signatures)

export interface ManifestVerification {
  readonly signers: readonly VerifiedSigner[]
  /** Nothing when it is not to be believed. */
  readonly manifest?: Manifest | undefined
  /** Why it is not to be believed. */
  readonly fault?: string | undefined
}

export interface VerifyOptions {
  /** Certificates of signers, or of authorities above them. Without any, a signature has to hold, whoever made it. */
  readonly trusted: readonly X509Certificate[]
  /** When the certificates must be valid; at any time by default, for computers without a clock. */
  readonly at?: Date | undefined
}

/** Reads a manifest once its signature is known to hold. One signer who is trusted is enough. */
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
  return { signers, fault: `no signature of the medium holds: ${reasons || 'there is no signer'}` }
}
