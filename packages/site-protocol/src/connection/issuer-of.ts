import type { X509Certificate } from 'node:crypto'

/** A chain has hardly ever more. */
const CHAIN_LIMIT = 8

export interface ChainOptions {
  readonly roots: readonly X509Certificate[]
  /** Those that came with the certificate. */
  readonly between: readonly X509Certificate[]
  /** Whether an issuer may be one now; any may when absent. */
  readonly isFit?: (issuer: X509Certificate) => boolean
}

/** Who issued a certificate, when the chain above it ends at one of the roots. */
export function issuerOf(
  certificate: X509Certificate,
  { roots, between, isFit = () => true }: ChainOptions,
): X509Certificate | undefined {
  let at = certificate
  let first: X509Certificate | undefined
  for (let count = 0; count < CHAIN_LIMIT; count += 1) {
    const issues = (each: X509Certificate): boolean =>
      each.ca && at.checkIssued(each) && at.verify(each.publicKey) && isFit(each)
    const root = roots.find(issues)
    if (root) return first ?? root
    const next = between.find(issues)
    if (!next) return undefined
    first ??= next
    at = next
  }
  return undefined
}
