import { X509Certificate } from 'node:crypto'
import { CertificateError } from './certificate-error.ts'

/** RFC 7468: 64 characters per line, with a line end after the last. */
export function toPem(label: 'CERTIFICATE' | 'PRIVATE KEY', der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? []
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`
}

/**
 * The certificates of a PEM text, in order and without duplicates; everything else in it is ignored. Throws {@link CertificateError}
 * `PEM_EMPTY` or `PEM_BROKEN`.
 */
export function readPemCertificates(text: string): readonly X509Certificate[] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? []
  if (blocks.length === 0)
    throw new CertificateError(
      'PEM_EMPTY',
      'no PEM certificate (-----BEGIN CERTIFICATE-----) found; convert a DER file with: openssl x509 -inform der',
    )
  const certificates = new Map<string, X509Certificate>()
  for (const [index, block] of blocks.entries()) {
    try {
      const certificate = new X509Certificate(block)
      certificates.set(certificate.fingerprint256, certificate)
    } catch {
      throw new CertificateError(
        'PEM_BROKEN',
        `certificate ${index + 1} of ${blocks.length} cannot be read; export it again`,
      )
    }
  }
  return [...certificates.values()]
}
