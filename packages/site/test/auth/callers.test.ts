import { webcrypto } from 'node:crypto'
import { NOW, openTestSite } from '@bootwright/test-support/site'
import test from 'ava'
import { type Credentials, createAuthority, issue } from '../../src/index.ts'
import { later, refused } from '../lab.ts'

test('a missing, blocked, expired or not yet valid certificate is refused with a code of its own', async t => {
  await using lab = await openTestSite()
  await refused(t, 'CERTIFICATE_MISSING', lab.as().request('location', { ipAddresses: [] }))
  const medium = await lab.medium()
  t.deepEqual(await medium.request('location', { ipAddresses: [] }), {
    managementPoints: [lab.url],
    distributionPoints: [[`${lab.url}/content`]],
  })
  await refused(t, 'ADMINISTRATOR_NEEDED', medium.request('media', {}))
  await lab.administrator.request('block', { id: 'medium-1', isBlocked: true })
  await refused(t, 'CERTIFICATE_BLOCKED', medium.request('location', { ipAddresses: [] }))
  await lab.administrator.request('block', { id: 'medium-1', isBlocked: false })
  await medium.request('location', { ipAddresses: [] })
  lab.clock.now = later(2)
  await refused(t, 'CERTIFICATE_EXPIRED', medium.request('location', { ipAddresses: [] }))
  lab.clock.now = later(-2)
  await refused(t, 'CERTIFICATE_NOT_YET_VALID', medium.request('location', { ipAddresses: [] }))
  lab.clock.now = NOW
  await refused(t, 'NOT_FOUND', lab.administrator.request('block', { id: 'nobody', isBlocked: true }))
})

test('certificates of a client authority need no registration and can be revoked', async t => {
  await using lab = await openTestSite()
  const authority = await createAuthority('Corp', NOW)
  const [good, revoked, server] = [
    await issue(authority, { subject: 'good', use: 'client', now: NOW }),
    await issue(authority, { subject: 'revoked', use: 'client', now: NOW }),
    await issue(authority, { subject: 'server', use: 'server', now: NOW }),
  ]
  const contact = (identity: typeof good) => lab.as(identity).request('location', { ipAddresses: [] })
  await refused(t, 'CERTIFICATE_UNKNOWN', contact(good))
  const revocationLists = [await revocationList(authority, revoked)]
  const site = { name: 'P01', clientAuthorities: [authority.certificate], revocationLists }
  await lab.administrator.request('apply', { site, isTrial: false })
  await contact(good)
  await refused(t, 'CERTIFICATE_REVOKED', contact(revoked))
  // Issued by the same authority, but for server authentication.
  await refused(t, 'CERTIFICATE_UNKNOWN', contact(server))
  const stranger = await createAuthority('Corp', NOW)
  await refused(t, 'CERTIFICATE_UNKNOWN', contact(await issue(stranger, { subject: 'good', use: 'client', now: NOW })))
  lab.clock.now = later(6 * 365)
  await refused(t, 'CERTIFICATE_EXPIRED', contact(good))
})

async function revocationList(authority: Credentials, revoked: Credentials): Promise<string> {
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const key = new Uint8Array(x509.PemConverter.decodeFirst(authority.key))
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(authority.certificate).subject,
    thisUpdate: NOW,
    nextUpdate: later(30),
    entries: [{ serialNumber: new x509.X509Certificate(revoked.certificate).serialNumber, revocationDate: NOW }],
    signingAlgorithm: algorithm,
    signingKey: await webcrypto.subtle.importKey('pkcs8', key, algorithm, false, ['sign']),
  })
  return `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n`
}
