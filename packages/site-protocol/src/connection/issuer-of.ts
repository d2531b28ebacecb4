import type { X509Certificate } from 'node:crypto'

/** Certificates; real chains are shorter. */
const CHAIN_LIMIT = 8

export interface ChainOptions {
  readonly roots: readonly X509Certificate[]
  /** Certificates sent along with the certificate. */
  readonly intermediates: readonly X509Certificate[]
  /** Whether an issuer is acceptable, for example within its validity period; every issuer is by default. */
  readonly isValid?: (issuer: X509Certificate) => boolean
}

/** The issuer of a certificate; undefined unless its chain ends at one of the roots. */
export function issuerOf(
  certificate: X509Certificate,
  { roots, intermediates, isValid = () => true }: ChainOptions,
): X509Certificate | undefined {
  let current = certificate
  let first: X509Certificate | undefined
  for (let count = 0; count < CHAIN_LIMIT; count += 1) {
    const issues = (each: X509Certificate): boolean =>
      each.ca && current.checkIssued(each) && current.verify(each.publicKey) && isValid(each)
    const root = roots.find(issues)
    if (root) return first ?? root
    const next = intermediates.find(issues)
    if (!next) return undefined
    first ??= next
    current = next
  }
  return undefined
}
