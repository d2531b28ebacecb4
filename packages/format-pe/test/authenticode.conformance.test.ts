import { execFileSync } from 'node:child_process'
import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { digest, fromMemory, read } from '@bootwright/bytes'
import { keySigner, signersOf, signSignedData } from '@bootwright/format-cms'
import { needs, efiProgram as program, scratch } from '@bootwright/test-support'
import anyTest, { type TestFn } from 'ava'
import {
  authenticodeContent,
  decodeSpcContent,
  encodeSpcContent,
  planUki,
  readPe,
  SPC_INDIRECT_DATA,
  withCertificates,
} from '../src/index.ts'

const test = needs(anyTest as TestFn, 'openssl', 'sbverify', 'sbsign', 'osslsigncode', 'objdump')
const folder = scratch()
const run = (command: string, ...args: string[]): string =>
  execFileSync(command, args, { cwd: folder, encoding: 'utf8', stdio: 'pipe' })
test.before(() => {
  run(
    'openssl',
    ...'req -x509 -newkey rsa:2048 -nodes -keyout key.pem -out cert.pem -subj /CN=Lab -days 3650'.split(' '),
  )
})

const programs = {
  'a small program': async () => fromMemory(program()),
  'a program of odd size': async () => fromMemory(program({ tail: 'odd' })),
  'a unified kernel image': async () =>
    planUki({
      stub: fromMemory(program()),
      linux: fromMemory(Buffer.alloc(100_001, 1)),
      initrd: fromMemory(Buffer.alloc(333_333, 2)),
      cmdline: 'quiet',
      osrel: 'ID=lab\n',
    }),
}
for (const [what, make] of Object.entries(programs)) {
  test(`${what} that is signed is accepted by sbverify and osslsigncode, and refused with one byte changed`, async t => {
    const unsigned = await make()
    const signer = keySigner(createPrivateKey(readFileSync(join(folder, 'key.pem'))), [
      new X509Certificate(readFileSync(join(folder, 'cert.pem'))).raw,
    ])
    const sha256 = Buffer.from(await digest(await authenticodeContent(unsigned)), 'hex')
    const content = { contentType: SPC_INDIRECT_DATA, encapsulated: encodeSpcContent(sha256) }
    const signed = await withCertificates(unsigned, [await signSignedData(content, signer)])
    const data = Buffer.from(await read(signed))
    const file = join(folder, `${what.replaceAll(' ', '-')}.efi`)
    const checks = [
      () => run('sbverify', '--cert', 'cert.pem', file),
      () => run('osslsigncode', 'verify', '-CAfile', 'cert.pem', file),
    ]
    writeFileSync(file, data)
    for (const check of checks) t.notThrows(check)
    t.regex(run('objdump', '-h', file), /\.sbat/)
    data[0x450]! ^= 1
    writeFileSync(file, data)
    for (const check of checks) t.throws(check)
  })
  test(`our digest of ${what} is the one that sbsign signs, and its signer is read`, async t => {
    const unsigned = await make()
    const file = join(folder, `${what.replaceAll(' ', '-')}-unsigned.efi`)
    writeFileSync(file, await read(unsigned))
    run('sbsign', '--key', 'key.pem', '--cert', 'cert.pem', '--output', `${file}.signed`, file)
    const theirs = fromMemory(readFileSync(`${file}.signed`))
    const [signature] = (await readPe(theirs)).certificates
    t.is(signersOf(signature!)[0]?.certificate.subject, 'CN=Lab')
    const sha256 = await digest(await authenticodeContent(theirs))
    t.true(Buffer.from(signature!).includes(Buffer.from(sha256, 'hex')))
    t.is(await digest(await authenticodeContent(unsigned)), sha256)
    t.is(Buffer.from(decodeSpcContent(encodeSpcContent(Buffer.from(sha256, 'hex')))).toString('hex'), sha256)
  })
}
