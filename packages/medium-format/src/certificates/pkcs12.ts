import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { asn1, pkcs12 } from 'node-forge'
import type { ClientCertificate } from '../environment/environment.ts'
import { CertificateError } from './certificate-error.ts'
import { toPem } from './pem.ts'

const BROKEN =
  'not a readable PKCS#12 file (.p12, .pfx; protected by a password, MAC with SHA-1 or SHA-2); export it again'

/**
 * The identity in a PKCS#12 file (RFC 7292): the key, its certificate and the chain above it. Throws {@link CertificateError}
 * `PKCS12_PASSWORD`, `PKCS12_BROKEN` or `KEY_MISSING`. `certificateFaults` reports whether the certificate can be used.
 */
export async function openPkcs12(data: Uint8Array, password = ''): Promise<ClientCertificate> {
  const { default: forge } = await import('node-forge')
  const { certificates, keys } = contentOf(forge, open(forge, data, password))
  for (const key of keys) {
    const leaf = certificates.find(certificate => certificate.checkPrivateKey(key))
    if (leaf) return identity(leaf, key, certificates)
  }
  throw new CertificateError(
    'KEY_MISSING',
    `the PKCS#12 file contains ${certificates.length} certificates and ${keys.length} private keys, but no certificate with its key; export the certificate together with its private key`,
  )
}

interface Content {
  readonly certificates: readonly X509Certificate[]
  readonly keys: readonly KeyObject[]
}

/** node-forge understands RSA only; everything else it returns as ASN.1. */
function contentOf(forge: typeof import('node-forge'), file: pkcs12.Pkcs12Pfx): Content {
  const { certBag, keyBag, pkcs8ShroudedKeyBag } = forge.pki.oids as Record<string, string>
  const bags = (type: string | undefined): readonly pkcs12.Bag[] => file.getBags({ bagType: type! })[type!] ?? []
  const der = (value: asn1.Asn1): Buffer => Buffer.from(forge.asn1.toDer(value).getBytes(), 'binary')
  const keyInfo = ({ key, asn1 }: pkcs12.Bag): asn1.Asn1 =>
    key ? forge.pki.wrapRsaPrivateKey(forge.pki.privateKeyToAsn1(key)) : asn1
  try {
    return {
      certificates: bags(certBag).map(
        ({ cert, asn1 }) => new X509Certificate(der(cert ? forge.pki.certificateToAsn1(cert) : asn1)),
      ),
      keys: [...bags(pkcs8ShroudedKeyBag), ...bags(keyBag)].map(bag =>
        createPrivateKey({ key: der(keyInfo(bag)), format: 'der', type: 'pkcs8' }),
      ),
    }
  } catch {
    throw new CertificateError('PKCS12_BROKEN', BROKEN)
  }
}

function open(forge: typeof import('node-forge'), data: Uint8Array, password: string): pkcs12.Pkcs12Pfx {
  const parse = (): asn1.Asn1 => forge.asn1.fromDer(Buffer.from(data).toString('binary'))
  try {
    return forge.pkcs12.pkcs12FromAsn1(parse(), false, password)
  } catch (error) {
    const isPassword = error instanceof Error && /password|decrypt/i.test(error.message)
    if (!isPassword) throw new CertificateError('PKCS12_BROKEN', BROKEN)
    const file = openWithAccents(forge, parse(), password)
    if (file) return file
    throw new CertificateError('PKCS12_PASSWORD', 'wrong password for the PKCS#12 file; check the password')
  }
}

/**
 * The MAC encodes a password as UTF-16 (RFC 7292 B.1), AES encryption as UTF-8 (RFC 8018); node-forge passes the same string to both. For
 * passwords beyond ASCII the MAC is therefore not verified; a certificate that matches its key shows that the password was right.
 */
function openWithAccents(
  forge: typeof import('node-forge'),
  file: asn1.Asn1,
  password: string,
): pkcs12.Pkcs12Pfx | undefined {
  const utf8 = forge.util.encodeUtf8(password)
  if (utf8 === password || !Array.isArray(file.value)) return undefined
  try {
    return forge.pkcs12.pkcs12FromAsn1({ ...file, value: file.value.slice(0, 2) }, false, utf8)
  } catch {
    return undefined
  }
}

function identity(leaf: X509Certificate, key: KeyObject, all: readonly X509Certificate[]): ClientCertificate {
  const chain = [leaf]
  for (let next = issuerOf(leaf, all); next && !chain.includes(next); next = issuerOf(next, all)) chain.push(next)
  return {
    certificate: chain.map(certificate => toPem('CERTIFICATE', certificate.raw)).join(''),
    key: key.export({ format: 'pem', type: 'pkcs8' }) as string,
  }
}

const issuerOf = (of: X509Certificate, all: readonly X509Certificate[]): X509Certificate | undefined =>
  all.find(candidate => candidate !== of && of.checkIssued(candidate))
