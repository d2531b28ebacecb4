import { createPrivateKey, X509Certificate } from 'node:crypto'
import { needs } from '@bootwright/test-support'
import test from 'ava'
import { certificateFaults, validityFault } from '../../src/certificates/certificate-faults.ts'
import { createSelfSigned } from '../../src/certificates/self-signed.ts'
import { workshop } from './openssl.ts'

const conformance = needs(test, 'openssl')
const request = {
  label: 'Café, "boot" = 1+2 🚀',
  id: '6f1c2d3e-4a5b-8c6d-9e7f-001122334455',
  from: new Date('2026-11-01T00:00:00Z'),
  to: new Date('2027-11-01T00:00:00Z'),
}

test('a certificate has its own key, the requested validity, and is for client authentication', async t => {
  const identity = await createSelfSigned(request)
  const certificate = new X509Certificate(identity.certificate)
  t.true(certificate.checkPrivateKey(createPrivateKey(identity.key)))
  t.true(certificate.verify(certificate.publicKey))
  t.deepEqual([certificate.validFromDate, certificate.validToDate], [request.from, request.to])
  t.false(certificate.ca)
  t.deepEqual(certificate.keyUsage as unknown, ['1.3.6.1.5.5.7.3.2'])
  t.notDeepEqual(await createSelfSigned(request), identity)
})

test('a long label is truncated in the subject', async t => {
  const { certificate } = await createSelfSigned({ ...request, label: '🚀'.repeat(100) })
  t.is(new X509Certificate(certificate).subject, `CN=${'🚀'.repeat(64)}\nserialNumber=${request.id}`)
})

test('validity is checked at the given time', t => {
  const at = (now: string): string | undefined => validityFault(request, new Date(now))?.code
  t.is(at('2026-10-31T23:59:59Z'), 'NOT_YET_VALID')
  t.is(at('2026-11-01T00:00:00Z'), undefined)
  t.is(at('2027-10-02T00:00:00Z'), undefined)
  t.is(at('2027-10-02T00:00:01Z'), 'EXPIRES_SOON')
  t.is(at('2027-11-01T00:00:00Z'), 'EXPIRED')
})

conformance('openssl reads the certificate and its key, and trusts it as a client', async t => {
  await using shop = await workshop()
  const identity = await createSelfSigned({ ...request, to: new Date('2060-01-01T00:00:00Z') })
  await shop.write('media.pem', identity.certificate)
  await shop.write('media.key', identity.key)
  t.is(
    await shop.openssl('x509', '-in', 'media.pem', '-noout', '-subject', '-nameopt', 'utf8', '-enddate'),
    `subject=CN=${request.label}, serialNumber=${request.id}\nnotAfter=Jan  1 00:00:00 2060 GMT\n`,
  )
  t.regex(await shop.openssl('pkey', '-in', 'media.key', '-noout', '-text', '-check'), /Private-Key: \(2048 bit/)
  const at = String(Date.parse('2026-12-01T00:00:00Z') / 1000)
  const verify = ['verify', '-x509_strict', '-purpose', 'sslclient', '-attime', at, '-CAfile', 'media.pem', 'media.pem']
  t.is(await shop.openssl(...verify), 'media.pem: OK\n')
  t.deepEqual(await certificateFaults(identity, new Date('2026-12-01')), [])
})
