import { X509Certificate } from 'node:crypto'
import { MANIFEST_LIMIT, MANIFEST_PATH, type Manifest, SIGNATURE_PATH, type Trust } from '@bootwright/medium-format'
import { SIGNATURE_LIMIT, verifyManifest } from '@bootwright/medium-format/signed-manifest'
import type { VolumeFiles } from '../computer/storage.ts'

export interface TrustDecision {
  /** Undefined when the medium has no manifest and needs none. */
  readonly manifest?: Manifest | undefined
  /** The trusted signer. */
  readonly signer?: string | undefined
  /** Why the medium does not run. */
  readonly fault?: string | undefined
}

/**
 * Verifies the manifest of the mounted medium. Dates are ignored: computers that get a new system often have a wrong clock.
 */
export async function decideTrust(
  volume: Pick<VolumeFiles, 'read'>,
  { certificates, unsigned }: Trust,
): Promise<TrustDecision> {
  const content = await volume.read(MANIFEST_PATH, MANIFEST_LIMIT)
  const signature = await volume.read(SIGNATURE_PATH, SIGNATURE_LIMIT)
  if (!content) {
    const isAllowed = unsigned === 'run' && !signature
    return isAllowed ? {} : { fault: `${MANIFEST_PATH} is missing` }
  }
  const isVerified = signature !== undefined || unsigned === 'refuse'
  const trusted = isVerified ? certificates.map(pem => new X509Certificate(pem)) : []
  const { manifest, signers, fault } = verifyManifest(content, signature, { trusted })
  return { manifest, fault, signer: signers.find(({ problem }) => !problem)?.subject }
}
