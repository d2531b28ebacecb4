// Before anything that loads @peculiar/x509, whose container reads decorators' metadata.
import 'reflect-metadata'
import { X509Certificate } from 'node:crypto'
import { CLIENT_AUTHENTICATION, readPemCertificates } from '@bootwright/medium-format/certificates'
import { issuerOf, type ProblemCode, type RegisteredMedium, SiteError } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'
import type { Site } from '../model/declaration.ts'

/** Who asks, as the certificate says; a viewer is a browser that an administrator let in. */
export type Caller =
  | { readonly kind: 'administrator' | 'viewer'; readonly name: string }
  | { readonly kind: 'medium'; readonly id: string; readonly allowsUnknown: boolean }

/** Judges a certificate. Throws {@link SiteError} that says what speaks against it. */
export async function callerOf(
  database: Database,
  site: Site,
  raw: Uint8Array | undefined,
  chain: readonly Uint8Array[],
  now: Date,
): Promise<Caller> {
  if (!raw) throw new SiteError('CERTIFICATE_MISSING', 'a certificate is asked for; give one of a medium of this site')
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
  const issued = medium || administrator ? undefined : issuerIn(site.clientAuthorities, certificate, chain, now)
  if (!medium && !administrator && !issued)
    throw new SiteError(
      'CERTIFICATE_UNKNOWN',
      `the certificate "${nameOf(certificate)}" is not registered at this site; register the medium, or make it again`,
    )
  if (medium && medium.blocked !== null)
    throw new SiteError('CERTIFICATE_BLOCKED', `this medium was blocked on ${medium.blocked}; use another one`)
  judgeDates(certificate, now)
  if (issued && (await isRevoked(site.revocationLists, certificate, issued)))
    throw new SiteError(
      'CERTIFICATE_REVOKED',
      `the certificate "${nameOf(certificate)}" was revoked; use another medium`,
    )
  if (administrator) return { kind: 'administrator', name: administrator.name }
  const registered = medium && (JSON.parse(medium.document) as RegisteredMedium)
  return {
    kind: 'medium',
    id: medium?.id ?? nameOf(certificate),
    allowsUnknown: registered?.unknownComputers ?? false,
  }
}

function judgeDates({ validFromDate, validToDate }: X509Certificate, now: Date): void {
  const say = (code: ProblemCode, text: string): never => {
    throw new SiteError(code, `${text}; it is ${now.toISOString()} here`)
  }
  if (validToDate <= now)
    say(
      'CERTIFICATE_EXPIRED',
      `the certificate of this medium expired on ${validToDate.toISOString()}: make the medium again`,
    )
  if (validFromDate > now)
    say('CERTIFICATE_NOT_YET_VALID', `the certificate of this medium is valid from ${validFromDate.toISOString()} only`)
}

/** Who issued a certificate of an authority that is trusted with media: for the use of a client, and nothing else. */
function issuerIn(
  authorities: readonly string[],
  certificate: X509Certificate,
  chain: readonly Uint8Array[],
  now: Date,
): X509Certificate | undefined {
  const uses: readonly string[] | undefined = certificate.keyUsage
  if (uses && !uses.includes(CLIENT_AUTHENTICATION)) return undefined
  const between = chain.map(each => new X509Certificate(Buffer.from(each)))
  const isFit = ({ validFromDate, validToDate }: X509Certificate): boolean => validFromDate <= now && now < validToDate
  return issuerOf(certificate, { roots: authorities.flatMap(readPemCertificates), between, isFit })
}

async function isRevoked(
  lists: readonly string[],
  certificate: X509Certificate,
  issuer: X509Certificate,
): Promise<boolean> {
  if (lists.length === 0) return false
  const x509 = await import('@peculiar/x509')
  const by = new x509.X509Certificate(issuer.raw)
  for (const text of lists) {
    const list = new x509.X509Crl(text)
    if (list.issuer !== by.subject || !(await list.verify({ publicKey: by }))) continue
    const serial = certificate.serialNumber.toLowerCase().replace(/^0+/, '')
    if (list.entries.some(entry => entry.serialNumber.toLowerCase().replace(/^0+/, '') === serial)) return true
  }
  return false
}

const nameOf = ({ subject }: X509Certificate): string => (subject ?? '').split('\n').join(', ')
