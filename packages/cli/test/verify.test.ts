import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { inspectImage } from '@bootwright/core'
import isoTarget from '@bootwright/target-iso'
import { needs } from '@bootwright/test-support'
import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { runIn } from './io.ts'
import { medium, scratch } from './scratch.ts'

const test = needs(anyTest as TestFn, 'openssl', 'xorriso')
const env = { DOMAIN_PASSWORD: 'Tr0ub4dor&3' }
const certificate = (name: string, cwd: string): void => {
  const request = `req -x509 -newkey rsa:2048 -nodes -keyout ${name}.key -out ${name}.pem -subj /CN=${name} -days 3650`
  execFileSync('openssl', request.split(' '), { cwd, stdio: 'ignore' })
}

/** The certificates are made now, and valid from now on. */
const verify = (folder: string, ...options: string[]) =>
  runIn(folder, ['verify', ...options], { now: () => new Date() })

/** A signed medium with a folder of prestart files; the image is at out/lab.iso. */
async function signed(t: ExecutionContext): Promise<string> {
  const prestart = { command: './run.sh', files: './prestart' }
  const signers = [{ x509: { certificate: 'signer.pem', key: 'signer.key' } }]
  const folder = await scratch(t, { lab: { ...medium, serial: 3, prestart, signers } })
  const file = join(folder, 'bootwright.config.json')
  const definition = JSON.parse(await fs.readFile(file, 'utf8'))
  await fs.writeFile(
    file,
    JSON.stringify({ ...definition, plugins: [...definition.plugins, '@bootwright/signer-x509'] }),
  )
  certificate('signer', folder)
  certificate('other', folder)
  await fs.mkdir(join(folder, 'prestart'))
  await fs.writeFile(join(folder, 'prestart/run.sh'), '#!/bin/sh\ntrue\n')
  await fs.writeFile(join(folder, 'prestart/data'), Buffer.alloc(100_000, 'data'))
  const { code, stderr } = await build(folder)
  t.is(code, 0, stderr)
  return folder
}
const build = (folder: string, ...options: string[]) =>
  runIn(folder, ['build', '--force', ...options], { env: { ...env, BOOTWRIGHT_LIBRARY: join(folder, 'library') } })

test('a medium matches its manifest, for those who trust the signer', async t => {
  const folder = await signed(t)
  const trusted = await verify(folder, 'out/lab.iso', '--trust', 'signer.pem')
  t.is(trusted.code, 0, trusted.stdout)
  t.regex(trusted.stdout, /signer +"CN=signer", trusted/)
  t.regex(trusted.stdout, /serial +3/)
  const untrusted = await verify(folder, 'out/lab.iso')
  t.is(untrusted.code, 0)
  t.regex(untrusted.stdout, /not verified/)
  const other = await verify(folder, '--json', 'out/lab.iso', '--trust', 'other.pem')
  t.is(other.code, 4)
  const [result] = other.stdout.split('\n').map(line => line && JSON.parse(line))
  t.like(result, { isVerified: false, signers: [{ problem: { code: 'UNTRUSTED' } }] })
})

test('every flipped byte of a file is found, and the file is named', async t => {
  const folder = await signed(t)
  const image = join(folder, 'out/lab.iso')
  const { tree } = await inspectImage(image, [isoTarget])
  const files = [...tree].flatMap(([path, entry]) => (entry.kind === 'file' ? [{ path, content: entry.content }] : []))
  const places = files.flatMap(({ path, content }) => {
    const [segment] = content.segments()
    return segment?.kind === 'file' ? [{ path, offset: segment.offset, size: content.size }] : []
  })
  t.true(places.length >= 6, places.map(({ path }) => path).join())
  await using handle = await fs.open(image, 'r+')
  for (let count = 0; count < 60; count += 1) {
    const { path, offset, size } = places[count % places.length]!
    const at = offset + ((count * 7919) % size)
    const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, at)
    await handle.write(Uint8Array.of(buffer[0]! ^ (1 << (count % 8))), 0, 1, at)
    const { code, stdout } = await verify(folder, 'out/lab.iso', '--trust', 'signer.pem')
    t.is(code, 4, `${path} byte ${at}`)
    if (!path.includes('manifest.json')) t.true(stdout.includes(`changed     "${path}"`), stdout)
    await handle.write(buffer, 0, 1, at)
  }
  const { code } = await verify(folder, 'out/lab.iso', '--trust', 'signer.pem')
  t.is(code, 0)
})

test('a medium without a signature matches its manifest, and is not trusted', async t => {
  const folder = await scratch(t, { lab: medium })
  t.is((await build(folder)).code, 0)
  t.is((await verify(folder, 'out/lab.iso')).code, 0)
  certificate('signer', folder)
  const { code, stdout } = await verify(folder, 'out/lab.iso', '--trust', 'signer.pem')
  t.is(code, 4)
  t.regex(stdout, /not signed/)
})

test('an image without a manifest is not verified', async t => {
  const folder = await scratch(t)
  await fs.writeFile(join(folder, 'data'), 'x')
  execFileSync('xorriso', ['-as', 'mkisofs', '-quiet', '-o', 'foreign.iso', 'data'], { cwd: folder, stdio: 'ignore' })
  const { code, stdout } = await verify(folder, 'foreign.iso')
  t.is(code, 4)
  t.regex(stdout, /not built by Bootwright/)
})

test('a bill of materials and provenance are written beside a medium, and openssl accepts the signature', async t => {
  const folder = await signed(t)
  t.is((await build(folder, '--attest')).code, 0)
  const image = join(folder, 'out/lab.iso')
  const sha256 = createHash('sha256')
    .update(await fs.readFile(image))
    .digest('hex')
  const materials = JSON.parse(await fs.readFile(`${image}.cdx.json`, 'utf8'))
  t.like(materials, { bomFormat: 'CycloneDX', specVersion: '1.6', version: 4 })
  t.deepEqual(materials.metadata.component.hashes, [{ alg: 'SHA-256', content: sha256 }])
  const script = createHash('sha256').update('#!/bin/sh\ntrue\n').digest('hex')
  const named = materials.components.find(({ name }: { name: string }) => name === 'bootwright/prestart/run.sh')
  t.deepEqual(named.hashes, [{ alg: 'SHA-256', content: script }])

  const text = await fs.readFile(`${image}.intoto.json`, 'utf8')
  const { payloadType, payload, signatures } = JSON.parse(text)
  const body = Buffer.from(payload, 'base64')
  const statement = JSON.parse(body.toString())
  t.deepEqual(statement.subject, [{ name: 'lab.iso', digest: { sha256 } }])
  t.is(statement.predicateType, 'https://slsa.dev/provenance/v1')
  await fs.writeFile(join(folder, 'pae'), `DSSEv1 ${payloadType.length} ${payloadType} ${body.length} ${body}`)
  await fs.writeFile(join(folder, 'sig'), Buffer.from(signatures[0].sig, 'base64'))
  const openssl = (command: string): string =>
    execFileSync('openssl', command.split(' '), { cwd: folder, encoding: 'utf8' })
  await fs.writeFile(join(folder, 'public.pem'), openssl('x509 -in signer.pem -pubkey -noout'))
  t.regex(openssl('dgst -sha256 -verify public.pem -signature sig pae'), /Verified OK/)

  await build(folder, '--attest')
  t.is(await fs.readFile(`${image}.intoto.json`, 'utf8'), text)
})

test('lint reports weak protection; an error has its own exit code', async t => {
  const folder = await signed(t)
  const { code, stdout } = await runIn(folder, ['lint', 'out/lab.iso'], { now: () => new Date() })
  t.is(code, 0)
  t.regex(stdout, /warning "bootwright\/medium\.json": it has no password/)
  const later = await runIn(folder, ['--json', 'lint', 'out/lab.iso'], { now: () => new Date('2056-01-01') })
  t.is(later.code, 4)
  const [result] = later.stdout.split('\n').map(line => line && JSON.parse(line))
  t.true(
    result.findings.some(
      ({ severity, message }: { severity: string; message: string }) => severity === 'error' && /expired/.test(message),
    ),
  )
})
