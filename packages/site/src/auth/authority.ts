// Must precede @peculiar/x509, whose container reads decorator metadata.
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { isIP } from 'node:net'
import { CLIENT_AUTHENTICATION } from '@bootwright/medium-format/certificates'
import type { X509Certificate } from '@peculiar/x509'

/** A certificate with its key, in PEM. */
export interface Credentials {
  /** The end entity's certificate first. */
  readonly certificate: string
  /** PKCS#8. */
  readonly key: string
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
const SERVER_AUTHENTICATION = '1.3.6.1.5.5.7.3.1'
const DAY = 24 * 60 * 60 * 1000
/** Milliseconds of tolerance for clocks that are behind. */
const BACKDATED = DAY

/** Validity periods. */
const YEARS = { authority: 20, leaf: 5 } as const
const validity = (now: Date, years: number): { notBefore: Date; notAfter: Date } => ({
  notBefore: new Date(now.getTime() - BACKDATED),
  notAfter: new Date(now.getTime() + years * 365 * DAY),
})

/** Creates a self-signed certificate authority. */
export async function createAuthority(name: string, now: Date): Promise<Credentials> {
  const x509 = await import('@peculiar/x509')
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: new x509.Name([{ CN: [{ utf8String: `${name} root` }] }]),
    ...validity(now, YEARS.authority),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return await credentials(certificate, keys.privateKey)
}

export interface IssueRequest {
  readonly subject: string
  readonly use: 'server' | 'client'
  /** DNS names and IP addresses of a server. */
  readonly hosts?: readonly string[]
  readonly now: Date
}

/** Issues a certificate with a new key. */
export async function issue(
  authority: Credentials,
  { subject, use, hosts = [], now }: IssueRequest,
): Promise<Credentials> {
  const x509 = await import('@peculiar/x509')
  const issuer = new x509.X509Certificate(authority.certificate)
  const signingKey = await webcrypto.subtle.importKey(
    'pkcs8',
    new Uint8Array(x509.PemConverter.decodeFirst(authority.key)),
    ALGORITHM,
    false,
    ['sign'],
  )
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const names = hosts.map(host => ({ type: isIP(host) ? ('ip' as const) : ('dns' as const), value: host }))
  const certificate = await x509.X509CertificateGenerator.create({
    subject: new x509.Name([{ CN: [{ utf8String: subject.slice(0, 64) }] }]).toString(),
    issuer: issuer.subject,
    ...validity(now, YEARS.leaf),
    publicKey: keys.publicKey,
    signingKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([use === 'server' ? SERVER_AUTHENTICATION : CLIENT_AUTHENTICATION]),
      ...(names.length > 0 ? [new x509.SubjectAlternativeNameExtension(names)] : []),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
    ],
  })
  return await credentials(certificate, keys.privateKey)
}

async function credentials(certificate: X509Certificate, key: webcrypto.CryptoKey): Promise<Credentials> {
  const x509 = await import('@peculiar/x509')
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key)
  return {
    certificate: `${certificate.toString('pem')}\n`,
    key: `${x509.PemConverter.encode(pkcs8, x509.PemConverter.PrivateKeyTag)}\n`,
  }
}
