import { X509Certificate } from 'node:crypto'
import { needs } from '@bootwright/test-support'
import test from 'ava'
import { CertificateError } from '../../src/certificates/certificate-error.ts'
import { certificateFaults } from '../../src/certificates/certificate-faults.ts'
import { openPkcs12 } from '../../src/certificates/pkcs12.ts'
import type { ClientCertificate } from '../../src/environment/environment.ts'
import { type Workshop, workshop } from './openssl.ts'

const conformance = needs(test, 'openssl')
const CLIENT = 'extendedKeyUsage=clientAuth'
const EXPORT = ['pkcs12', '-export', '-out', 'media.p12']
const WITH_KEY = [...EXPORT, '-in', 'leaf.pem', '-inkey', 'leaf.key']

const opened = async ({ read }: Workshop, password?: string): Promise<ClientCertificate> =>
  await openPkcs12(await read('media.p12'), password)

/** Has openssl check that the identity is the leaf certificate with its key. */
const isLeaf = async (shop: Workshop, { certificate, key }: ClientCertificate): Promise<boolean> => {
  await shop.write('opened.pem', certificate)
  await shop.write('opened.key', key)
  const [modulus, expected] = await Promise.all([
    shop.openssl('pkey', '-in', 'opened.key', '-pubout'),
    shop.openssl('x509', '-in', 'leaf.pem', '-noout', '-pubkey'),
  ])
  const same = await Promise.all(
    ['opened.pem', 'leaf.pem'].map(name => shop.openssl('x509', '-in', name, '-noout', '-fingerprint', '-sha256')),
  )
  return modulus === expected && same[0] === same[1]
}

conformance('a file written by a current openssl opens, with the chain after the certificate', async t => {
  await using shop = await workshop()
  await shop.issue(CLIENT)
  await shop.openssl(...WITH_KEY, '-certfile', 'ca.pem', '-passout', 'pass:secret')
  const identity = await opened(shop, 'secret')
  t.true(await isLeaf(shop, identity))
  const [, root] = identity.certificate.split(/(?<=-----END CERTIFICATE-----\n)/)
  t.is(new X509Certificate(root!).subject, 'CN=Corp Root')
  t.deepEqual(await certificateFaults(identity, new Date()), [])
})

conformance('files of older programs, without a password, or with accents in the password open', async t => {
  await using shop = await workshop()
  await shop.issue(CLIENT)
  const variants: [password: string, ...options: string[]][] = [
    ['secret', '-legacy'],
    [''],
    ['', '-legacy'],
    ['mot de passé'],
    ['mot de passé', '-legacy'],
    ['secret', '-macalg', 'sha512'],
  ]
  for (const [password, ...options] of variants) {
    await shop.openssl(...WITH_KEY, ...options, '-passout', `pass:${password}`)
    t.true(await isLeaf(shop, await opened(shop, password)), `${password} ${options}`)
  }
})

conformance('a key on an elliptic curve opens', async t => {
  await using shop = await workshop()
  await shop.issue(CLIENT, 'P-256')
  await shop.openssl(...WITH_KEY, '-certfile', 'ca.pem', '-passout', 'pass:secret')
  t.true(await isLeaf(shop, await opened(shop, 'secret')))
})

conformance('a wrong password is reported without being quoted', async t => {
  await using shop = await workshop()
  await shop.issue(CLIENT)
  for (const options of [[], ['-legacy']]) {
    await shop.openssl(...WITH_KEY, ...options, '-passout', 'pass:mot de passé')
    for (const password of ['tulip', 'tulipé', '']) {
      const error = await t.throwsAsync(opened(shop, password), {
        instanceOf: CertificateError,
        code: 'PKCS12_PASSWORD',
      })
      t.false(error.stack?.includes('tulip'))
    }
  }
})

conformance('a file without a private key or without its certificate is refused', async t => {
  await using shop = await workshop()
  await shop.issue(CLIENT)
  await shop.openssl(...EXPORT, '-nokeys', '-in', 'leaf.pem', '-passout', 'pass:secret')
  await t.throwsAsync(opened(shop, 'secret'), { code: 'KEY_MISSING' })
  await shop.openssl(...EXPORT, '-nocerts', '-inkey', 'leaf.key', '-passout', 'pass:secret')
  await t.throwsAsync(opened(shop, 'secret'), { code: 'KEY_MISSING' })
})

conformance('a file that is not PKCS#12 is reported', async t => {
  await using shop = await workshop()
  await shop.issue(CLIENT)
  await t.throwsAsync(openPkcs12(await shop.read('leaf.pem'), 'x'), { code: 'PKCS12_BROKEN' })
  await shop.openssl('x509', '-in', 'leaf.pem', '-outform', 'der', '-out', 'leaf.der')
  await t.throwsAsync(openPkcs12(await shop.read('leaf.der'), 'x'), { code: 'PKCS12_BROKEN' })
  await shop.openssl(...WITH_KEY, '-passout', 'pass:x')
  const whole = await shop.read('media.p12')
  await t.throwsAsync(openPkcs12(whole.subarray(0, 500), 'x'), { code: 'PKCS12_BROKEN' })
  await t.throwsAsync(openPkcs12(new Uint8Array(0), 'x'), { code: 'PKCS12_BROKEN' })
})

conformance('key usages without client authentication are refused; none means all', async t => {
  await using shop = await workshop()
  const faults: Record<string, readonly string[]> = {}
  const uses = [
    'extendedKeyUsage=serverAuth',
    'extendedKeyUsage=serverAuth,clientAuth',
    'extendedKeyUsage=anyExtendedKeyUsage',
    'keyUsage=digitalSignature,keyEncipherment',
    '',
  ]
  for (const use of uses) {
    await shop.issue(use)
    await shop.openssl(...WITH_KEY, '-passout', 'pass:x')
    faults[use] = (await certificateFaults(await opened(shop, 'x'), new Date())).map(({ code }) => code)
  }
  t.deepEqual(faults, {
    ...Object.fromEntries(uses.map(use => [use, []])),
    [uses[0]!]: ['CLIENT_AUTHENTICATION_MISSING'],
  })
})

conformance('a certificate whose key usage lacks digitalSignature is refused', async t => {
  await using shop = await workshop()
  await shop.issue('keyUsage=critical,keyEncipherment\nextendedKeyUsage=clientAuth')
  await shop.openssl(...WITH_KEY, '-passout', 'pass:x')
  const faults = await certificateFaults(await opened(shop, 'x'), new Date())
  t.deepEqual(
    faults.map(({ code }) => code),
    ['CLIENT_AUTHENTICATION_MISSING'],
  )
  t.regex(faults[0]!.message, /digitalSignature/)
})
