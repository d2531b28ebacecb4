import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import {
  CmsError,
  keySigner,
  mergeSignedData,
  prepareSignedData,
  signSignedData,
  verifySignedData,
} from '../src/index.ts'
import { accepts, changedMessages, flipped } from './changed.ts'

const test = needs(anyTest as TestFn, 'openssl')
const folder = scratch()
const at = (name: string): string => join(folder, name)
const openssl = (command: string): string =>
  execFileSync('openssl', command.split(' '), { cwd: folder, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] })
const pem = (name: string): X509Certificate => new X509Certificate(readFileSync(at(name)))

const content = Buffer.from('{"formatVersion":1}\n')
const digest = createHash('sha256').update(content).digest()
const KINDS = ['rsa:2048', 'P-256', 'P-384', 'P-521'] as const

test.before(() => {
  writeFileSync(at('content'), content)
  openssl('req -x509 -newkey rsa:2048 -nodes -keyout ca.key -out ca.pem -subj /CN=Root -days 3650')
  openssl('req -x509 -newkey rsa:2048 -nodes -keyout other.key -out other.pem -subj /CN=Other -days 3650')
  for (const kind of KINDS) {
    const key = kind.startsWith('rsa') ? `-newkey ${kind}` : `-newkey ec -pkeyopt ec_paramgen_curve:${kind}`
    openssl(`req ${key} -nodes -keyout ${kind}.key -out ${kind}.csr -subj /CN=Signer`)
    openssl(`x509 -req -in ${kind}.csr -CA ca.pem -CAkey ca.key -CAcreateserial -days 365 -out ${kind}.pem`)
  }
})

const signerOf = (kind: string) =>
  keySigner(createPrivateKey(readFileSync(at(`${kind}.key`))), [pem(`${kind}.pem`).raw])
const opensslAccepts = (file: string, name: string): boolean => {
  try {
    openssl(`cms -verify -binary -inform DER -in ${name} -content ${file} -CAfile ca.pem -purpose any -out /dev/null`)
    return true
  } catch {
    return false
  }
}

for (const kind of KINDS)
  test(`openssl accepts what a ${kind} key signs, and nothing else`, async t => {
    const signature = await signSignedData({ digest }, signerOf(kind))
    writeFileSync(at(`${kind}.p7s`), signature)
    t.true(opensslAccepts('content', `${kind}.p7s`))
    writeFileSync(at(`${kind}.changed`), Buffer.from(content.toString().replace('1', '2')))
    t.false(opensslAccepts(`${kind}.changed`, `${kind}.p7s`))
    const [own] = verifySignedData(signature, { content, trusted: [pem('ca.pem')], at: new Date() })
    t.is(own!.problem, undefined)
    t.deepEqual(
      own!.chain.map(({ subject }) => subject),
      ['CN=Signer', 'CN=Root'],
    )
    const { placeholder } = prepareSignedData({ digest, certificates: signerOf(kind).certificates })
    t.true(placeholder.length >= signature.length && placeholder.length <= signature.length + 12)
  })

test('several signers are one message', async t => {
  const each = await Promise.all(['rsa:2048', 'P-256'].map(kind => signSignedData({ digest }, signerOf(kind))))
  const merged = mergeSignedData(each)
  t.deepEqual(merged, mergeSignedData(each.toReversed()))
  writeFileSync(at('merged.p7s'), merged)
  t.true(opensslAccepts('content', 'merged.p7s'))
  const signers = verifySignedData(merged, { content, trusted: [pem('ca.pem')] })
  t.deepEqual(
    signers.map(({ problem }) => problem),
    [undefined, undefined],
  )
})

for (const [name, options] of [
  ['SHA-256', '-md sha256'],
  ['SHA-512', '-md sha512'],
  ['no attributes', '-noattr'],
] as const)
  test(`what openssl signs with ${name} is read`, t => {
    const file = `openssl-${name.replace(' ', '-')}.p7s`
    openssl(`cms -sign -binary -in content -signer P-256.pem -inkey P-256.key ${options} -outform DER -out ${file}`)
    const [signer] = verifySignedData(readFileSync(at(file)), { content, trusted: [pem('ca.pem')] })
    t.is(signer!.problem, undefined)
  })

test('each fault has its code', async t => {
  const signature = await signSignedData({ digest }, signerOf('P-256'))
  const codeOf = (options: Partial<Parameters<typeof verifySignedData>[1]>, der = signature): string | undefined =>
    verifySignedData(der, { content, trusted: [pem('ca.pem')], ...options })[0]!.problem?.code
  t.is(codeOf({ content: Buffer.from('other') }), 'DIGEST')
  t.is(codeOf({ trusted: [pem('other.pem')] }), 'UNTRUSTED')
  t.is(codeOf({ trusted: [] }), 'UNTRUSTED')
  t.is(codeOf({ at: new Date('2199-01-01') }), 'EXPIRED')
  t.is(codeOf({ at: new Date('2001-01-01') }), 'NOT_YET_VALID')
  openssl('cms -sign -binary -in content -signer rsa:2048.pem -inkey rsa:2048.key -md sha1 -outform DER -out sha1.p7s')
  t.is(codeOf({}, readFileSync(at('sha1.p7s'))), 'ALGORITHM')
  openssl('cms -sign -binary -nocerts -in content -signer rsa:2048.pem -inkey rsa:2048.key -outform DER -out bare.p7s')
  t.is(codeOf({}, readFileSync(at('bare.p7s'))), 'NO_CERTIFICATE')
})

test('a signature made elsewhere is attached, and a wrong one is not', t => {
  const prepared = prepareSignedData({ digest, certificates: [pem('P-256.pem').raw] })
  writeFileSync(at('tbs'), prepared.toBeSigned)
  openssl('dgst -sha256 -sign P-256.key -out raw.sig tbs')
  writeFileSync(at('elsewhere.p7s'), prepared.attach(readFileSync(at('raw.sig'))))
  t.true(opensslAccepts('content', 'elsewhere.p7s'))
  const other = prepareSignedData({ digest: new Uint8Array(32), certificates: [pem('P-256.pem').raw] })
  t.is(t.throws(() => other.attach(readFileSync(at('raw.sig'))), { instanceOf: CmsError })!.code, 'SIGNATURE_WRONG')
})

test('keys that do not belong to the certificate, or are of another kind, are refused', t => {
  const key = createPrivateKey(readFileSync(at('P-384.key')))
  t.is(t.throws(() => keySigner(key, [pem('P-256.pem').raw]), { instanceOf: CmsError })!.code, 'KEY_UNSUPPORTED')
  openssl('req -x509 -newkey ed25519 -nodes -keyout ed.key -out ed.pem -subj /CN=Ed -days 30')
  const prepare = () => prepareSignedData({ digest, certificates: [pem('ed.pem').raw] })
  t.is(t.throws(prepare, { instanceOf: CmsError })!.code, 'KEY_UNSUPPORTED')
})

for (const kind of ['rsa:2048', 'P-256'])
  test(`a flipped bit in every byte of a message by a ${kind} key is found`, async t => {
    const signature = await signSignedData({ digest }, signerOf(kind))
    const isAccepted = accepts(content, [pem('ca.pem')])
    const bits = Array.from(signature, (_, byte) => byte * 8 + (byte % 8))
    t.deepEqual(
      bits.filter(bit => isAccepted(flipped(signature, bit))),
      [],
    )
  })

test('2,000 changed messages are refused, each by a problem or a typed error', async t => {
  const signature = await signSignedData({ digest }, signerOf('P-256'))
  t.deepEqual(changedMessages(signature, 2000).filter(accepts(content, [pem('ca.pem')])), [])
})
