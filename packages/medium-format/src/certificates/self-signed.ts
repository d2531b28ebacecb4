// Must come before imports that load @peculiar/x509, whose container reads the metadata of decorators.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import type { ClientCertificate } from '../environment/environment.ts'
import type { Validity } from './certificate-faults.ts'
import { CLIENT_AUTHENTICATION } from './certificate-faults.ts'
import { toPem } from './pem.ts'

/** RFC 5280 A.1 ub-common-name. */
const COMMON_NAME_LIMIT = 64
/** X.520 serialNumber: distinguishes media with the same label. */
const SERIAL_NUMBER_ATTRIBUTE = '2.5.4.5'
/** Accepted by every TLS server; Configuration Manager supports at most 2048 bits for media certificates. */
const ALGORITHM = {
  name: 'RSASSA-PKCS1-v1_5',
  hash: 'SHA-256',
  publicExponent: Uint8Array.of(1, 0, 1),
  modulusLength: 2048,
}

export interface SelfSignedRequest extends Validity {
  readonly label: string
  readonly id: string
}

/**
 * Generates a key (RSA, 2048 bits) and a self-signed certificate for client authentication. The subject is the label (its first 64
 * characters) and the id. Random: no two results are equal.
 */
export async function createSelfSigned({ label, id, from, to }: SelfSignedRequest): Promise<ClientCertificate> {
  const x509 = await import('@peculiar/x509')
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: new x509.Name([
      { CN: [{ utf8String: [...label].slice(0, COMMON_NAME_LIMIT).join('') }] },
      { [SERIAL_NUMBER_ATTRIBUTE]: [{ printableString: id }] },
    ]),
    notBefore: from,
    notAfter: to,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([CLIENT_AUTHENTICATION]),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  const key = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    certificate: toPem('CERTIFICATE', new Uint8Array(certificate.rawData)),
    key: toPem('PRIVATE KEY', new Uint8Array(key)),
  }
}
