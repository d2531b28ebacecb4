// Must come before imports that load @peculiar/x509, whose container reads the metadata of decorators.
import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { formatDate } from '../document/descriptor.ts'
import type { ClientCertificate } from '../environment/environment.ts'
import { CertificateError } from './certificate-error.ts'

/** RFC 5280 4.2.1.12. */
export const CLIENT_AUTHENTICATION = '1.3.6.1.5.5.7.3.2'
const ANY_EXTENDED_KEY_USAGE = '2.5.29.37.0'

/** A shorter remaining validity is a warning: media stay in use for months. */
export const EXPIRY_WARNING_DAYS = 30
const DAY = 24 * 60 * 60 * 1000

export interface Validity {
  readonly from: Date
  readonly to: Date
}

/**
 * Everything wrong with `certificate` as a client's identity at the time `now`: `CLIENT_AUTHENTICATION_MISSING`, `EXPIRED`,
 * `EXPIRES_SOON` or `NOT_YET_VALID`. A certificate without (extended) key usages is valid for every use (RFC 5280 4.2.1.3, 4.2.1.12).
 */
export async function certificateFaults(
  certificate: ClientCertificate,
  now: Date,
): Promise<readonly CertificateError[]> {
  const leaf = new X509Certificate(certificate.certificate)
  // In Node, `keyUsage` contains the extended key usages.
  const uses: readonly string[] | undefined = leaf.keyUsage
  const faults: CertificateError[] = []
  if (uses && !uses.includes(CLIENT_AUTHENTICATION) && !uses.includes(ANY_EXTENDED_KEY_USAGE))
    faults.push(
      new CertificateError(
        'CLIENT_AUTHENTICATION_MISSING',
        `the certificate is for ${uses.join(', ')} only; expected client authentication (${CLIENT_AUTHENTICATION})`,
      ),
    )
  if (!(await canSign(leaf)))
    faults.push(
      new CertificateError(
        'CLIENT_AUTHENTICATION_MISSING',
        'the key usage of the certificate lacks digitalSignature, which clients need to authenticate; use another certificate',
      ),
    )
  const fault = validityFault({ from: leaf.validFromDate, to: leaf.validToDate }, now)
  return fault ? [...faults, fault] : faults
}

/** RFC 8446 4.4.2.2: if the extension is present, digitalSignature must be set. */
async function canSign({ raw }: X509Certificate): Promise<boolean> {
  const x509 = await import('@peculiar/x509')
  const usage = new x509.X509Certificate(raw).getExtension(x509.KeyUsagesExtension)
  return usage === null || (usage.usages & x509.KeyUsageFlags.digitalSignature) !== 0
}

/** `EXPIRED`, `EXPIRES_SOON` or `NOT_YET_VALID` at the time `now`; undefined if none applies. */
export function validityFault({ from, to }: Validity, now: Date): CertificateError | undefined {
  const left = to.getTime() - now.getTime()
  if (left <= 0)
    return new CertificateError('EXPIRED', `the certificate expired on ${formatDate(to)}; use one that is valid`)
  if (from > now)
    return new CertificateError(
      'NOT_YET_VALID',
      `the certificate is not valid before ${formatDate(from)}; the medium does not work until then`,
    )
  if (left < EXPIRY_WARNING_DAYS * DAY)
    return new CertificateError(
      'EXPIRES_SOON',
      `the certificate expires on ${formatDate(to)}, in less than ${EXPIRY_WARNING_DAYS} days; the medium stops working then`,
    )
  return undefined
}
