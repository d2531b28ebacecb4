import { execFileSync } from 'node:child_process'
import { createHash, createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import { keySigner, signSignedData } from '../src/index.ts'
import { accepts, changedMessages, flipped } from './changed.ts'

const test = needs(anyTest as TestFn, 'openssl')
const content = Buffer.from('{"formatVersion":1}\n')
const digest = createHash('sha256').update(content).digest()

/** A message of a key of this kind, and the certificate, signed by itself, that is to be trusted for it. */
async function signed(kind: string): Promise<{ readonly message: Uint8Array; readonly trusted: X509Certificate[] }> {
  const folder = scratch()
  const key = kind.startsWith('rsa') ? `-newkey ${kind}` : `-newkey ec -pkeyopt ec_paramgen_curve:${kind}`
  const request = `req -x509 ${key} -nodes -keyout key.pem -out signer.pem -subj /CN=Signer -days 365`
  execFileSync('openssl', request.split(' '), { cwd: folder, stdio: 'pipe' })
  const certificate = new X509Certificate(readFileSync(join(folder, 'signer.pem')))
  const signer = keySigner(createPrivateKey(readFileSync(join(folder, 'key.pem'))), [certificate.raw])
  return { message: await signSignedData({ digest }, signer), trusted: [certificate] }
}

for (const kind of ['rsa:2048', 'P-256'])
  test(`every flipped bit of a message by a ${kind} key is found`, async t => {
    const { message, trusted } = await signed(kind)
    const isAccepted = accepts(content, trusted)
    t.true(isAccepted(message))
    const unseen: number[] = []
    for (let bit = 0; bit < message.length * 8; bit += 1) if (isAccepted(flipped(message, bit))) unseen.push(bit / 8)
    t.deepEqual(unseen, [])
  })

test('20,000 changed messages are refused, each by a problem or a typed error', async t => {
  const { message, trusted } = await signed('P-256')
  t.deepEqual(changedMessages(message, 20_000).filter(accepts(content, trusted)), [])
})
