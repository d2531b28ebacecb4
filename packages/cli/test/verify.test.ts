import { execFileSync } from 'node:child_process'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { inspectImage } from '@bootwright/core'
import isoTarget from '@bootwright/target-iso'
import anyTest, { type ExecutionContext, type TestFn } from 'ava'
import { needs } from '../../../scripts/test-tools.ts'
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
const build = (folder: string) =>
  runIn(folder, ['build', '--force'], { env: { ...env, BOOTWRIGHT_LIBRARY: join(folder, 'library') } })

test('a medium is what was signed, for those who trust the signer', async t => {
  const folder = await signed(t)
  const trusted = await verify(folder, 'out/lab.iso', '--trust', 'signer.pem')
  t.is(trusted.code, 0, trusted.stdout)
  t.regex(trusted.stdout, /signer +"CN=signer", trusted/)
  t.regex(trusted.stdout, /serial +3/)
  const unjudged = await verify(folder, 'out/lab.iso')
  t.is(unjudged.code, 0)
  t.regex(unjudged.stdout, /not judged/)
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

test('a medium without a signature is as its manifest says, and not trusted', async t => {
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
  t.regex(stdout, /not made by Bootwright/)
})
