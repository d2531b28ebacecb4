import { chmod, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { read, readText } from '@bootwright/bytes'
import { decodeDescriptor, decodeEnvironment, type Environment, openWithPassword } from '@bootwright/medium-format'
import { certificateFaults } from '@bootwright/medium-format/certificates'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { CORP_ROOT, OTHER_ROOT } from './certificates.ts'
import { build, contextOf, type Fake, keeperInMemory, siteMediaOf, textOf } from './fake.ts'

type Built = Awaited<ReturnType<typeof build>>
const points = { managementPoints: ['https://mp1.corp.example', 'https://mp2.corp.example/*'] }
const sealed: Fake = {
  options: {
    ...points,
    password: { env: 'PASSWORD' },
    certificate: { selfSigned: { from: '2026-11-01', to: '2027-11-01' } },
    variables: { DomainPassword: { secret: { env: 'DOMAIN' } } },
  },
  env: { PASSWORD: 'tulip', DOMAIN: 'daffodil' },
}
/** Built once, as sealing takes a second each time; tests read it. */
const sealedOnce = (async () => {
  const keeper = keeperInMemory()
  return {
    tree: await build(sealed, keeper),
    kept: keeper.data().map(data => Buffer.from(data).toString('latin1')),
    keeper,
  }
})()
const contentOf = async (tree: Built, path: string): Promise<Uint8Array> => {
  const entry = tree.get(path)
  return entry?.kind === 'file' ? await read(entry.content) : new Uint8Array(0)
}
const environmentIn = async (tree: Built): Promise<Environment> =>
  decodeEnvironment(await contentOf(tree, 'bootwright/environment.json'))
const opened = async (tree: Built, password: string): Promise<Environment> =>
  decodeEnvironment(await openWithPassword(await contentOf(tree, 'bootwright/environment.age'), password))

test('a medium without a password holds its label, descriptor and environment in clear', async t => {
  const tree = await build({
    options: { ...points, language: 'fr', keyboard: 'fr', unattended: true },
    label: 'Café boot',
  })
  t.deepEqual([...tree.keys()].sort(), ['MediaLabel.txt', 'bootwright/environment.json', 'bootwright/medium.json'])
  t.is(await textOf(tree, 'MediaLabel.txt'), 'label=Café boot\n')
  t.deepEqual(decodeDescriptor(await contentOf(tree, 'bootwright/medium.json')), {
    formatVersion: 1,
    id: '6f1c2d3e-4a5b-8c6d-9e7f-001122334455',
    type: 'bootable',
    label: 'Café boot',
    date: '2026-03-01T12:00:00Z',
    architecture: 'x64',
    passwordRequired: false,
    unattended: true,
    language: 'fr',
    keyboard: 'fr',
    debugShell: false,
  })
})

test('the environment says what the options say, under the established names', async t => {
  const options = {
    ...points,
    userDeviceAffinity: 'pending',
    unknownComputers: true,
    variables: { A: 1, B: true, C: 'é' },
  }
  t.deepEqual(await environmentIn(await build({ options, site: { code: 'P01' } })), {
    formatVersion: 1,
    management: 'dynamic',
    managementPoints: [
      { url: 'https://mp1.corp.example', allowHttp: false },
      { url: 'https://mp2.corp.example/*', allowHttp: false },
    ],
    rootCertificates: [],
    variables: {
      _SMSTSMediaType: { value: 'BootMedia' },
      _SMSTSBrandingTitle: { value: 'Lab boot' },
      _SMSTSSiteCode: { value: 'P01' },
      SMSTSLocationMPs: { value: 'https://mp1.corp.example*https://mp2.corp.example/%2A' },
      SMSTSAssignUsersMode: { value: 'Pending' },
      _BootwrightUnknownComputers: { value: 'true' },
      A: { value: '1' },
      B: { value: 'true' },
      C: { value: 'é' },
    },
  })
})

test("a site-based medium names its one point, the site's when it has none of its own", async t => {
  const site = { managementPoints: [{ url: 'http://mp1', allowHttp: true }] }
  const environment = await environmentIn(await build({ options: { management: 'site-based' }, site }))
  t.deepEqual(environment.managementPoints, site.managementPoints)
  t.deepEqual(environment.variables.SMSTSMP, { value: 'http://mp1' })
  t.is(environment.variables.SMSTSLocationMPs, undefined)
})

test('autorun.inf is there on request, in a form that Windows reads', async t => {
  t.is(
    await textOf(await build({ options: { ...points, autorun: true } }), 'autorun.inf'),
    '[autorun]\r\nlabel=Lab boot\r\n',
  )
  const accented = await build({ options: { ...points, autorun: true }, label: 'Café' })
  t.is(new TextDecoder('utf-16le').decode(await contentOf(accented, 'autorun.inf')), '[autorun]\r\nlabel=Café\r\n')
})

test('prestart files are executable, whatever they are on the build machine', async t => {
  const folder = scratch()
  await writeFile(join(folder, 'ask.sh'), '#!/bin/sh\n')
  await writeFile(join(folder, 'data'), 'x')
  await chmod(join(folder, 'ask.sh'), 0o700)
  const tree = await build({ options: { ...points, prestart: { command: './ask.sh', files: '.' } }, folder })
  const entries = ['ask.sh', 'data'].map(name => tree.get(`bootwright/prestart/${name}`))
  t.like(entries[0], { kind: 'file', mode: 0o755, change: 'sometimes' })
  t.like(entries[1], { kind: 'file', mode: 0o755, change: 'sometimes' })
  t.deepEqual((await environmentIn(tree)).prestart, { command: './ask.sh' })
  await rm(folder, { recursive: true })
})

test('what changes often says so', async t => {
  const tree = await build({ options: points })
  t.like(tree.get('bootwright/medium.json'), { change: 'often' })
  t.like(tree.get('bootwright/environment.json'), { change: 'often' })
})

test('root certificates are in the environment once each', async t => {
  const folder = scratch()
  const [one, two] = [CORP_ROOT, OTHER_ROOT]
  await writeFile(join(folder, 'a.pem'), `comment\n${one}${two}`)
  await writeFile(join(folder, 'b.pem'), two.replaceAll('\n', '\r\n'))
  const rootCertificates = ['a.pem', 'b.pem'].map(name => join(folder, name))
  t.deepEqual((await environmentIn(await build({ options: points, site: { rootCertificates } }))).rootCertificates, [
    one,
    two,
  ])
  await rm(folder, { recursive: true })
})

test('with a password the environment is sealed, and its secrets are nowhere else', async t => {
  const { tree } = await sealedOnce
  t.false(tree.has('bootwright/environment.json'))
  t.true(decodeDescriptor(await contentOf(tree, 'bootwright/medium.json')).passwordRequired)
  const environment = await opened(tree, 'tulip')
  t.deepEqual(environment.variables.DomainPassword, { value: 'daffodil', isSecret: true })
  t.deepEqual(await certificateFaults(environment.certificate!, new Date('2026-11-24')), [])
  for (const entry of tree.values())
    t.false(entry.kind === 'file' && /tulip|daffodil|PRIVATE/.test(await readText(entry.content)))
  await t.throwsAsync(opened(tree, 'rose'), { code: 'WRONG_PASSWORD' })
})

test('what is random is made once, and again when an input changes', async t => {
  const { tree, keeper } = await sealedOnce
  const bytes = async (fake: Fake): Promise<Uint8Array> =>
    await contentOf(await build(fake, keeper), 'bootwright/environment.age')
  const first = await contentOf(tree, 'bootwright/environment.age')
  t.deepEqual(keeper.made, ['lab/certificate', 'lab/environment'])
  t.deepEqual(await bytes(sealed), first)
  t.is(keeper.made.length, 2)

  const other = await bytes({ ...sealed, env: { ...sealed.env, DOMAIN: 'crocus' } })
  t.deepEqual(keeper.made.slice(2), ['lab/environment'], 'the certificate stays when only a secret changes')
  t.notDeepEqual(other, first)
  t.is(other.length, first.length)

  const rekeyed = await build({ ...sealed, env: { ...sealed.env, PASSWORD: 'rose' } }, keeper)
  t.deepEqual(keeper.made.slice(3), ['lab/certificate', 'lab/environment'])
  t.is((await opened(rekeyed, 'rose')).variables.DomainPassword?.value, 'daffodil')
})

test('nothing kept under a password holds the key in clear', async t => {
  const { kept } = await sealedOnce
  t.is(kept.length, 2)
  t.true(kept.every(text => text.startsWith('age-encryption.org/v1\n') && !text.includes('PRIVATE KEY')))
})

test('a certificate in clear is kept, and the rest needs no keeper', async t => {
  const keeper = keeperInMemory()
  const options = { ...points, certificate: { selfSigned: { from: '2026-11-01', to: '2027-11-01' } } }
  const tree = await build({ options }, keeper)
  t.deepEqual(keeper.made, ['lab/certificate'])
  t.deepEqual(await environmentIn(await build({ options }, keeper)), await environmentIn(tree))
  const plain = keeperInMemory()
  await build({ options: points }, plain)
  t.deepEqual(plain.made, [])
})

test('the size of an environment with a certificate is known before the certificate exists', async t => {
  const options = { ...points, certificate: { selfSigned: { from: '2026-11-01', to: '2027-11-01' } } }
  const certificateFree = (await contentOf(await build({ options: points }), 'bootwright/environment.json')).length
  for (const label of ['x', '🚀'.repeat(64)]) {
    const data = await contentOf(await build({ options, label }), 'bootwright/environment.json')
    t.is(data.length, certificateFree + 4096)
  }
})

test('an error while packaging does not show a secret', async t => {
  const options = { ...points, variables: { A: { secret: { env: 'LONG' } } } }
  const context = await contextOf({ options, env: { LONG: 'tulip'.repeat(1000) } })
  const error = await t.throwsAsync(siteMediaOf(keeperInMemory()).package(context), { code: 'ENVIRONMENT_INVALID' })
  t.false(error.stack?.includes('tulip'))
})

test('a damaged pinned certificate is reported as such, with its file and the remedy', async t => {
  const certificate = { selfSigned: { from: '2026-11-01', to: '2027-11-01' } }
  const damaged: [string, Uint8Array][] = [
    ['not JSON', Buffer.from('{"certificate"')],
    ['no certificate', Buffer.from('{"certificate":"x","key":"y"}')],
    ['nothing', Buffer.alloc(0)],
  ]
  for (const [what, data] of damaged)
    await t.throwsAsync(
      build({ options: { ...points, certificate } }, { ...keeperInMemory(), pin: async () => data }),
      {
        message:
          /the pinned certificate of medium "lab" is damaged; restore \.bootwright\/lab\/certificate\.json .*or delete it/,
      },
      what,
    )
})
