import test from 'ava'
import { readPemCertificates, toPem } from '../../src/certificates/pem.ts'
import { createSelfSigned } from '../../src/certificates/self-signed.ts'

const certificateFor = async (label: string): Promise<string> =>
  (await createSelfSigned({ label, id: '1', from: new Date('2026-01-01'), to: new Date('2027-01-01') })).certificate

test('each certificate of a text is read once, and other text is ignored', async t => {
  const [one, two] = await Promise.all([certificateFor('one'), certificateFor('two')])
  const text = `# roots\r\n${one.replaceAll('\n', '\r\n')}\r\nsubject: two\n${two}${one}`
  t.deepEqual(
    readPemCertificates(text).map(({ raw }) => toPem('CERTIFICATE', raw)),
    [one, two],
  )
})

test('a text without certificates and a broken certificate give different errors', t => {
  t.throws(() => readPemCertificates('-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n'), {
    code: 'PEM_EMPTY',
  })
  t.throws(() => readPemCertificates('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'), {
    code: 'PEM_BROKEN',
  })
})
