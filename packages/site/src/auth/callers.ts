// Must precede @peculiar/x509, whose container reads decorator metadata.
import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { CLIENT_AUTHENTICATION, readPemCertificates } from '@bootwright/medium-format/certificates'
import { issuerOf, type RegisteredMedium, SiteError } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'
import type { Site } from '../model/declaration.ts'

/** The authenticated caller of a request; a viewer is a browser that an administrator signed in. */
export type Caller =
  | { readonly kind: 'administrator' | 'viewer'; readonly name: string }
  | { readonly kind: 'medium'; readonly id: string; readonly allowsUnknown: boolean }

/** Authenticates a client certificate. Throws a {@link SiteError} with the reason for refusing it. */
export async function callerOf(
  database: Database,
  site: Site,
  raw: Uint8Array | undefined,
  chain: readonly Uint8Array[],
  now: Date,
): Promise<Caller> {
  if (!raw)
    throw new SiteError(
      'CERTIFICATE_MISSING',
      'no client certificate was sent; use a medium that is registered at this site',
    )
  const certificate = new X509Certificate(Buffer.from(raw))
  const fingerprint = certificate.fingerprint256
  const medium = await database
    .selectFrom('media')
    .selectAll()
    .where('fingerprint', '=', fingerprint)
    .executeTakeFirst()
  const administrator = medium
    ? undefined
    : await database.selectFrom('administrators').selectAll().where('fingerprint', '=', fingerprint).executeTakeFirst()
  const issuer = medium || administrator ? undefined : trustedIssuer(site.clientAuthorities, certificate, chain, now)
  if (!medium && !administrator && !issuer)
    throw new SiteError(
      'CERTIFICATE_UNKNOWN',
      `the certificate "${nameOf(certificate)}" is not registered at this site; register the medium or rebuild it`,
    )
  if (medium && medium.blocked !== null)
    throw new SiteError('CERTIFICATE_BLOCKED', `this medium was blocked on ${medium.blocked}; use another medium`)
  checkValidity(certificate, now)
  if (issuer && (await isRevoked(site.revocationLists, certificate, issuer)))
    throw new SiteError(
      'CERTIFICATE_REVOKED',
      `the certificate "${nameOf(certificate)}" has been revoked; use another medium`,
    )
  if (administrator) return { kind: 'administrator', name: administrator.name }
  const registered = medium && (JSON.parse(medium.document) as RegisteredMedium)
  return {
    kind: 'medium',
    id: medium?.id ?? nameOf(certificate),
    allowsUnknown: registered?.unknownComputers ?? false,
  }
}

function checkValidity({ validFromDate, validToDate }: X509Certificate, now: Date): void {
  const time = `the site's clock reads ${now.toISOString()}`
  if (validToDate <= now)
    throw new SiteError(
      'CERTIFICATE_EXPIRED',
      `the certificate of this medium expired on ${validToDate.toISOString()}; rebuild the medium (${time})`,
    )
  if (validFromDate > now)
    throw new SiteError(
      'CERTIFICATE_NOT_YET_VALID',
      `the certificate of this medium is not valid before ${validFromDate.toISOString()} (${time})`,
    )
}

/** The issuer of a certificate for client authentication that chains to one of the authorities. */
function trustedIssuer(
  authorities: readonly string[],
  certificate: X509Certificate,
  chain: readonly Uint8Array[],
  now: Date,
): X509Certificate | undefined {
  const uses: readonly string[] | undefined = certificate.keyUsage
  if (uses && !uses.includes(CLIENT_AUTHENTICATION)) return undefined
  const intermediates = chain.map(each => new X509Certificate(Buffer.from(each)))
  const isValid = ({ validFromDate, validToDate }: X509Certificate): boolean =>
    validFromDate <= now && now < validToDate
  return issuerOf(certificate, { roots: authorities.flatMap(readPemCertificates), intermediates, isValid })
}

async function isRevoked(
  lists: readonly string[],
  certificate: X509Certificate,
  issuer: X509Certificate,
): Promise<boolean> {
  if (lists.length === 0) return false
  const x509 = await import('@peculiar/x509')
  const signer = new x509.X509Certificate(issuer.raw)
  const serial = withoutZeros(certificate.serialNumber)
  for (const text of lists) {
    const list = new x509.X509Crl(text)
    if (list.issuer !== signer.subject || !(await list.verify({ publicKey: signer }))) continue
    if (list.entries.some(entry => withoutZeros(entry.serialNumber) === serial)) return true
  }
  return false
}

const withoutZeros = (serialNumber: string): string => serialNumber.toLowerCase().replace(/^0+/, '')
const nameOf = ({ subject }: X509Certificate): string => (subject ?? '').split('\n').join(', ')
