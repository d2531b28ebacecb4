import { execFile } from 'node:child_process'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { CORP_ROOT, EXPIRED_ROOT, SERVER } from './certificates.ts'
import { type Fake, findingsOf } from './fake.ts'

const conformance = needs(test, 'openssl')
const http = { managementPoints: [{ url: 'http://mp1', allowHttp: true }] }
const HTTP_WARNING = /^warning managementPoints\.0: http:\/\/mp1 is contacted without TLS/
const without = (findings: readonly string[]): readonly string[] => findings.filter(each => !HTTP_WARNING.test(each))
/** Findings beside the warning about http. */
const beside = async (options: Fake['options'], more: Omit<Fake, 'options'> = {}): Promise<readonly string[]> =>
  without(await findingsOf({ ...more, options: { ...http, ...options } }))

async function folder(files: Readonly<Record<string, string>>): Promise<{ path: string } & AsyncDisposable> {
  const path = scratch()
  for (const [name, content] of Object.entries(files)) await writeFile(join(path, name), content)
  return { path, [Symbol.asyncDispose]: () => rm(path, { recursive: true }) }
}

test('a medium with all that it needs has no findings', async t => {
  await using place = await folder({ 'root.pem': CORP_ROOT })
  const site = {
    managementPoints: [{ url: 'https://mp1', allowHttp: false }],
    rootCertificates: [join(place.path, 'root.pem')],
  }
  const options = {
    password: { env: 'PASSWORD' },
    certificate: { selfSigned: { from: '2026-11-01', to: '2027-11-01' } },
    variables: { OSDTimeZone: 'Europe/Paris', DomainPassword: { secret: { env: 'DOMAIN' } } },
    prestart: { command: './root.pem', files: 'root.pem' },
  }
  t.deepEqual(
    await findingsOf({ options, site, folder: place.path, env: { PASSWORD: 'long enough', DOMAIN: 'd' } }),
    [],
  )
})

test('a management point by http must be allowed, and is warned about then', async t => {
  const [warned, ...rest] = await findingsOf({ options: http })
  t.regex(warned!, HTTP_WARNING)
  t.deepEqual(rest, [])
  const [refused] = await findingsOf({ options: { managementPoints: ['http://mp1'] } })
  t.regex(refused!, /^error managementPoints\.0: http:\/\/mp1 is not https; .*allowHttp: true/)
  const [inherited] = await findingsOf({ site: { managementPoints: [{ url: 'HTTP://mp1', allowHttp: false }] } })
  t.regex(inherited!, /^error managementPoints: HTTP:\/\/mp1 is not https/)
})

test('a point by https without any root certificate is refused', async t => {
  const [found, ...rest] = await findingsOf({ options: { managementPoints: ['https://mp1', 'https://mp2'] } })
  t.regex(found!, /^error managementPoints: https:\/\/mp1, https:\/\/mp2 cannot be verified/)
  t.deepEqual(rest, [])
})

test('at least one management point is required, and exactly one for site-based media', async t => {
  t.regex((await findingsOf({}))[0]!, /^error managementPoints: a bootable medium needs a management point/)
  const managementPoints = ['http://mp1', 'http://mp2'].map(url => ({ url, allowHttp: true }))
  const [found] = await findingsOf({ options: { management: 'site-based' }, site: { managementPoints } })
  t.regex(found!, /^error managementPoints: .*exactly one management point, but 2 are set by the site/)
})

test('root certificates that are missing, no PEM, or expired are named', async t => {
  await using place = await folder({ 'none.pem': 'hello', 'old.pem': EXPIRED_ROOT })
  const rootCertificates = ['missing.pem', 'none.pem', 'old.pem'].map(name => join(place.path, name))
  const [missing, none, old, ...rest] = await beside({}, { site: { rootCertificates } })
  t.regex(missing!, /^error : root certificate .*missing\.pem: ENOENT/)
  t.regex(none!, /^error : root certificate .*none\.pem: no PEM certificate/)
  t.regex(old!, /^warning : root certificate .*old\.pem .*expired on 2021-01-01/)
  t.deepEqual(rest, [])
})

test('names of variables are validated', async t => {
  const found = await beside({
    variables: { _Mine: 1, 'a b': 1, '9': 1, Twin: 1, TWIN: 1, smstsmp: 'x', Good_1: true },
  })
  t.deepEqual(
    found.map(each => each.split(': ')[0]),
    [
      'error variables.9',
      'error variables._Mine',
      'error variables.a b',
      'error variables.TWIN',
      'error variables.smstsmp',
    ],
  )
  t.regex(found[1]!, /read-only/)
  t.regex(found[3]!, /"TWIN" and "Twin" differ only in case/)
  t.regex(found[4]!, /set by managementPoints/)
})

test('values of variables are validated without being shown', async t => {
  const env = { LONG: 'tulip'.repeat(1000), ZERO: 'tulip\0' }
  const options = {
    password: 'long enough',
    variables: { A: { secret: { env: 'LONG' } }, B: { secret: { env: 'ZERO' } }, C: 'c'.repeat(4000) },
  }
  const found = await beside(options, { env })
  t.is(found.length, 2)
  t.regex(found[0]!, /^error variables\.A: the value has 5000 characters; a variable holds at most 4000/)
  t.regex(found[1]!, /^error variables\.B: the value contains a NUL/)
  t.false(found.join().includes('tulip'))
})

test('every secret that cannot be had is named', async t => {
  const found = await beside({
    password: { env: 'A' },
    certificate: { pkcs12: 'missing.p12', password: { env: 'B' } },
    variables: { C: { secret: { file: 'c.txt' } } },
  })
  t.deepEqual(
    found.map(each => each.split(': ')[0]),
    ['error password', 'error variables.C.secret', 'error certificate.password', 'error certificate.pkcs12'],
  )
})

test('secrets without a password are warned about', async t => {
  const validity = { from: '2026-11-01', to: '2027-11-01' }
  const [found, ...rest] = await beside({
    certificate: { selfSigned: validity },
    variables: { A: { secret: 'x' }, B: 'y' },
  })
  t.regex(found!, /^warning password: anyone with the medium can read A, the key of the certificate,/)
  t.deepEqual(rest, [])
})

test('the validity of a self-signed certificate is checked now', async t => {
  const at = async (from: string, to: string): Promise<string | undefined> =>
    (await beside({ password: 'long enough', certificate: { selfSigned: { from, to } } }))[0]
  t.is(await at('2026-11-01', '2027-11-01'), undefined)
  t.regex((await at('2026-11-01', '2026-11-24'))!, /^error certificate\.selfSigned: the certificate expired/)
  t.regex((await at('2026-11-01', '2026-12-01'))!, /^warning certificate\.selfSigned: the certificate expires/)
  t.regex(
    (await at('2027-01-01', '2027-12-01'))!,
    /^warning certificate\.selfSigned: the certificate is not valid before/,
  )
  t.regex((await at('2027-01-01', '2026-12-31'))!, /^error certificate\.selfSigned: .* must be later than from/)
})

conformance('what is wrong with a PKCS#12 file is an error', async t => {
  await using place = await folder({ 'server.cnf': 'extendedKeyUsage=serverAuth' })
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args, { cwd: place.path })
  const options = (name: string, password: string) => ({
    password: 'long enough',
    certificate: { pkcs12: name, password },
  })
  const faults = async (name: string, password: string, now?: string): Promise<readonly string[]> =>
    await beside(options(name, password), { folder: place.path, ...(now && { now }) })

  await openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-noenc',
    '-keyout',
    'k',
    '-out',
    'c',
    '-subj',
    '/CN=M',
    '-days',
    '90',
    '-addext',
    'extendedKeyUsage=clientAuth',
  )
  await openssl('pkcs12', '-export', '-in', 'c', '-inkey', 'k', '-out', 'good.p12', '-passout', 'pass:right')
  await openssl('pkcs12', '-export', '-in', 'c', '-nokeys', '-out', 'keyless.p12', '-passout', 'pass:right')
  await openssl(
    'req',
    '-x509',
    '-key',
    'k',
    '-out',
    's',
    '-subj',
    '/CN=M',
    '-days',
    '90',
    '-addext',
    'extendedKeyUsage=serverAuth',
  )
  await openssl('pkcs12', '-export', '-in', 's', '-inkey', 'k', '-out', 'server.p12', '-passout', 'pass:right')

  const day = (days: number): string => new Date(Date.now() + days * 86_400_000).toISOString()
  t.deepEqual(await faults('good.p12', 'right', day(1)), [])
  t.regex(
    (await faults('good.p12', 'tulip'))[0]!,
    /^error certificate\.pkcs12: good\.p12: .*wrong password for the PKCS#12 file/,
  )
  t.regex((await faults('keyless.p12', 'right'))[0]!, /^error certificate\.pkcs12: keyless\.p12: .*private key/)
  t.regex((await faults('server.p12', 'right', day(1)))[0]!, /^error certificate\.pkcs12: .*client authentication/)
  t.regex((await faults('good.p12', 'right', day(91)))[0]!, /^error certificate\.pkcs12: the certificate expired/)
  t.regex((await faults('good.p12', 'right', day(80)))[0]!, /^warning certificate\.pkcs12: the certificate expires/)
  t.regex(
    (await faults('good.p12', 'right', day(-2)))[0]!,
    /^warning certificate\.pkcs12: the certificate is not valid before/,
  )
  t.false((await faults('good.p12', 'tulip')).join().includes('tulip'))
})

test('missing prestart files are named; URLs are left to their content source', async t => {
  const [found] = await beside({ prestart: { command: './a', files: 'nothing' } })
  t.regex(found!, /^error prestart\.files: .*nothing does not exist/)
  t.deepEqual(await beside({ prestart: { command: './a', files: 'https://x/y' } }), [])
})

test('a password that cannot be typed, or is easy to guess, is reported without being shown', async t => {
  const findingsFor = async (password: string): Promise<readonly string[]> => await beside({ password })
  t.deepEqual(await findingsFor('eight 🚀!'), [])
  const [short, ...rest] = await findingsFor('tulip 🚀')
  t.regex(short!, /^warning password: the password is shorter than 8 characters/)
  t.deepEqual(rest, [])
  for (const control of ['\n', '\t', '\u0007', '\u0085']) {
    const found = await findingsFor(`tulip${control}daffodil`)
    t.is(found.length, 1)
    t.regex(found[0]!, /^error password: the password contains .* control character/)
    t.false(/tulip|daffodil/.test(found[0]!))
  }
})

test("the site's points obey the rules of a medium's own", async t => {
  const urls = ['https://user:tulip@mp1', 'https://mp1/?tulip', 'https://mp1/#tulip', 'http://user:tulip@mp1']
  for (const url of urls) {
    const found = await findingsOf({ site: { managementPoints: [{ url, allowHttp: false }] } })
    t.is(found.length, 1, found.join())
    t.regex(
      found[0]!,
      /^error managementPoints: management point 1 of the site: .* no user name, password, query or frag/,
    )
    t.false(found[0]!.includes('tulip'))
  }
})

test('a management point that is listed twice is refused', async t => {
  const managementPoints = ['http://mp1', 'http://mp2', 'HTTP://MP1:80/'].map(url => ({ url, allowHttp: true }))
  const own = await findingsOf({ options: { managementPoints } })
  t.deepEqual(
    own.map(each => each.split(': ')[0]),
    ['warning managementPoints.0', 'warning managementPoints.1', 'error managementPoints.2'],
  )
  t.regex(own[2]!, /HTTP:\/\/MP1:80\/ is listed twice/)
  t.regex((await findingsOf({ site: { managementPoints } }))[2]!, /^error managementPoints: .* is listed twice/)
})

test('a root certificate that is not a certificate authority is refused', async t => {
  await using place = await folder({ 'server.pem': SERVER })
  const [found, ...rest] = await beside({}, { site: { rootCertificates: [join(place.path, 'server.pem')] } })
  t.regex(found!, /^error : root certificate .*server\.pem \(CN=Server\) is not a certificate authority/)
  t.deepEqual(rest, [])
})

test('points by https are refused when every root certificate is expired', async t => {
  await using place = await folder({ 'old.pem': EXPIRED_ROOT, 'new.pem': CORP_ROOT })
  const found = async (...names: readonly string[]): Promise<readonly string[]> =>
    await findingsOf({
      options: { managementPoints: ['https://mp1'] },
      site: { rootCertificates: names.map(name => join(place.path, name)) },
    })
  const [warned, refused, ...rest] = await found('old.pem')
  t.regex(warned!, /^warning : root certificate .*expired on 2021-01-01/)
  t.regex(refused!, /^error managementPoints: .*every root certificate of the site has expired/)
  t.deepEqual(rest, [])
  t.false((await found('old.pem', 'new.pem')).some(each => each.startsWith('error')))
})

test('URLs that are too long together are named', async t => {
  const managementPoints = [1, 2, 3].map(index => `https://mp${index}/${'x'.repeat(1500)}`)
  const found = (await beside({ managementPoints })).filter(each => each.includes('SMSTSLocationMPs'))
  t.is(found.length, 1)
  t.regex(found[0]!, /^error managementPoints: the URLs have 4538 characters in SMSTSLocationMPs; .* at most 4000/)
})

test('a label of more than 255 characters is refused', async t => {
  t.deepEqual(await beside({}, { label: '🚀'.repeat(255) }), [])
  t.regex((await beside({}, { label: 'x'.repeat(256) }))[0]!, /^error label: the label has 256 characters/)
})

test('a label is one line', async t => {
  t.regex((await beside({}, { label: 'a\nb' }))[0]!, /^error label: /)
})
