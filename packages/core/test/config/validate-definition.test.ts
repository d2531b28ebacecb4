import { join } from 'node:path'
import { createFindings, type DefinitionError, formatPath } from '@bootwright/diagnostics'
import test, { type ExecutionContext } from 'ava'
import { loadDefinition, type RawDefinition } from '../../src/config/load-definition.ts'
import { type Definition, validateDefinition, validatePlugins } from '../../src/config/validate-definition.ts'
import { loadPlugins } from '../../src/plugins/load-plugins.ts'
import { EXAMPLE, lookup } from './example.ts'
import { folderWith } from './write-files.ts'

const { signal } = new AbortController()

async function written(t: ExecutionContext, text: string, others: Record<string, string> = {}): Promise<RawDefinition> {
  const folder = await folderWith(t, { 'bootwright.config.yaml': text, 'corp-root.pem': '', ...others })
  return loadDefinition(join(folder, 'bootwright.config.yaml'), signal)
}
const validated = async (t: ExecutionContext, text: string): Promise<Definition> =>
  validateDefinition(await written(t, text), lookup)
async function refused(t: ExecutionContext, text: string): Promise<string[]> {
  const raw = await written(t, text)
  const error = await t.throwsAsync<DefinitionError>(validateDefinition(raw, lookup), { code: 'DEFINITION' })
  return error!.findings.map(({ path, message }) => `${formatPath(path)}: ${message}`)
}
const medium = (lines: string): string => `media:\n  lab:\n    type: bootable\n${lines.replace(/^/gm, '    ')}\n`

test('the example is valid', async t => {
  const definition = await validated(t, EXAMPLE)
  t.deepEqual(definition.site, {
    code: 'P01',
    managementPoints: [
      { url: 'https://mp1.corp.example', allowHttp: false },
      { url: 'https://mp2.corp.example', allowHttp: false },
    ],
    rootCertificates: [join(definition.folder, 'corp-root.pem')],
  })
  t.deepEqual(definition.warnings, [])
  const [lab] = definition.media
  t.is(definition.media.length, 1)
  t.like(lab?.medium, { name: 'lab', type: 'bootable', label: 'Lab boot', architecture: 'x64' })
  t.like(lab?.medium.options, { management: 'dynamic', keyboard: 'fr', unattended: false })
  t.deepEqual(lab?.bootImage, {
    name: 'linux',
    options: { distribution: 'debian' },
    path: ['media', 'lab', 'bootImage', 'linux'],
  })
  t.deepEqual(lab?.targets, [
    {
      name: 'iso',
      options: { file: 'out/lab.iso', mediaSize: 'unlimited' },
      path: ['media', 'lab', 'targets', 0, 'iso'],
    },
  ])
})

test('omitted keys have defaults', async t => {
  const [lab] = (await validated(t, medium('targets: [disk, { disk: }]\nbootImage: linux'))).media
  t.like(lab, { date: undefined, signers: [] })
  t.like(lab?.medium, { label: 'lab', architecture: 'x64' })
  t.deepEqual(lab?.bootImage?.options, { distribution: 'debian' })
  t.deepEqual(
    lab?.targets.map(({ options, path }) => ({ options, path: formatPath(path) })),
    [
      { options: { partitions: [] }, path: 'media.lab.targets[0]' },
      { options: { partitions: [] }, path: 'media.lab.targets[1].disk' },
    ],
  )
})

test('all mistakes are reported at once', async t => {
  const raw = await written(
    t,
    `plugins:
  - '@bootwright/plugin-botable'
site:
  code: 101
  managementPoints: [http://mp1.corp.example]
  rootCertificates: [./gone.pem]
media:
  lab:
    type: bootable
    targts: []
    bootImage: { linux: { distribution: debain } }
    certificate: { pkcs12: ./media.p12, pasword: { env: P12 } }
    targets:
      - iso: { mediaSize: unlimitd }
      - isso: { file: x }
  prod:
    type: botable
    architecture: arm
    unattended: yes
    lable: Production
`,
  )
  const findings = createFindings(raw.path, raw.locate)
  await loadPlugins(validatePlugins(raw, findings), { definitionPath: raw.path, builtIn: [], signal, findings })
  await validateDefinition(raw, lookup, findings)
  const error = t.throws(() => findings.throwIfErrors(), { code: 'DEFINITION' })
  const media = 'type, label, architecture, bootImage, targets, signers, bootSigner, serial, unsigned, date'
  const own =
    'management, managementPoints, autorun, unattended, unknownComputers, userDeviceAffinity, password, certificate, keyboard, language, debugShell, variables, prestart'
  t.deepEqual(error!.message.replaceAll(raw.folder, '/lab').split('\n'), [
    'bootwright.config.yaml:2:5 plugins[0]: plugin @bootwright/plugin-botable not found in /lab and above; did you mean "@bootwright/plugin-bootable"?',
    'bootwright.config.yaml:4:3 site.code: expected text, found a number; put it in quotes',
    'bootwright.config.yaml:5:22 site.managementPoints[0]: http://mp1.corp.example has no TLS: anyone on the network path can read and change the traffic; use https:, or allow it with { url: http://mp1.corp.example, allowHttp: true }',
    'bootwright.config.yaml:6:22 site.rootCertificates[0]: root certificate /lab/gone.pem is missing',
    `bootwright.config.yaml:10:5 media.lab.targts: unknown key "targts"; did you mean "targets"? known: ${media}, ${own}`,
    'bootwright.config.yaml:11:27 media.lab.bootImage.linux.distribution: expected "debian", found "debain"; did you mean "debian"?',
    'bootwright.config.yaml:12:41 media.lab.certificate.pasword: unknown key "pasword"; did you mean "password"? known: selfSigned, pkcs12, password',
    'bootwright.config.yaml:14:9 media.lab.targets[0].iso.file: missing; expected text',
    'bootwright.config.yaml:14:16 media.lab.targets[0].iso.mediaSize: expected "unlimited" or a number, found text; did you mean "unlimited"?',
    'bootwright.config.yaml:15:9 media.lab.targets[1].isso: no target "isso"; did you mean "iso"? known: iso, disk',
    'bootwright.config.yaml:17:5 media.prod.type: no media type "botable"; did you mean "bootable"? known: bootable',
    'bootwright.config.yaml:18:5 media.prod.architecture: expected "x64" or "arm64", found "arm"; did you mean "arm64"?',
    'bootwright.config.yaml:20:5 media.prod.lable: unknown key "lable"; did you mean "label"?',
  ])
})

test('one wrong part of the site does not hide another', async t => {
  t.deepEqual(await refused(t, 'site: { code: p1, managementPoint: [] }\nmedia: { lab: { type: bootable } }'), [
    'site.code: expected three capital letters or digits, like P01',
    'site.managementPoint: unknown key "managementPoint"; did you mean "managementPoints"? known: code, managementPoints, rootCertificates',
  ])
})

test('a union is explained by the branch that was meant', async t => {
  t.deepEqual(await refused(t, medium('certificate: { selfSigned: { from: 2026-11-01 } }')), [
    'media.lab.certificate.selfSigned.to: missing; expected a date like 2026-11-24',
  ])
  t.deepEqual(await refused(t, medium('certificate: self')), [
    'media.lab.certificate: expected { selfSigned: … } or { pkcs12: … }, found text',
  ])
  t.deepEqual(await refused(t, medium('password: 1234')), [
    'media.lab.password: expected text, { env: … } or { file: … }, found a number; put it in quotes',
  ])
  t.deepEqual(await refused(t, medium('variables: { A: { secret: { enf: X } } }')), [
    'media.lab.variables.A.secret.env: missing; expected text',
    'media.lab.variables.A.secret.enf: unknown key "enf"; did you mean "env"? known: env, file',
  ])
})

test('no message quotes a secret', async t => {
  const found = await refused(t, medium('password: [hunter2]\nvariables: { A: { secret: { env: 5, file: hunter2 } } }'))
  t.true(found.length > 0)
  t.false(found.join().includes('hunter2'))
})

test('a choice has one key', async t => {
  t.deepEqual(
    await refused(t, medium('bootImage: { linux: {}, winpe: {} }\ntargets: [{}]\nsigners: { foreign: {} }')),
    [
      'media.lab.bootImage: expected { boot image: options } with one key, found 2 keys; known: linux',
      'media.lab.signers: expected a list of { signer: options }, like [{ foreign: {} }], found a map',
      'media.lab.targets[0]: expected { target: options } with one key, found 0 keys; known: iso, disk',
    ].sort((a, b) => order(a) - order(b)),
  )
})
const order = (text: string): number =>
  ['bootImage', 'targets', 'signers'].findIndex(key => text.startsWith(`media.lab.${key}`))

test('a contribution of an official plugin that is not listed names the plugin', async t => {
  const raw = await written(t, medium('targets: [iso]'))
  const empty = { ...lookup, names: () => [] }
  const error = await t.throwsAsync<DefinitionError>(validateDefinition(raw, empty))
  t.deepEqual(
    error?.findings.map(({ message }) => message),
    [
      'no media type "bootable"; add \'@bootwright/plugin-bootable\' to plugins; known: none',
      'no target "iso"; add \'@bootwright/target-iso\' to plugins; known: none',
    ],
  )
})

test('a schema of another library gives suggestions too', async t => {
  t.deepEqual(await refused(t, medium('signers: [{ foreign: { slt: 1 } }]')), [
    'media.lab.signers[0].foreign.slt: unknown key "slt"; did you mean "slot"? known: slot',
  ])
})

test('a schema that fails is a finding with its cause', async t => {
  const raw = await written(t, medium('targets: [disk]'))
  const cause = new Error('out of order')
  const failing = {
    ...lookup,
    schema: () => ({
      '~standard': { ...lookup.schema('target', 'disk')['~standard'], validate: () => Promise.reject(cause) },
    }),
  }
  const error = await t.throwsAsync<DefinitionError>(validateDefinition(raw, failing))
  t.is(error?.findings.length, 2)
  t.is(error?.findings[0]?.cause, cause)
})

test('an empty file, no media, and media that are not maps are refused', async t => {
  t.deepEqual(await refused(t, ''), ['media: missing; expected a map'])
  t.deepEqual(await refused(t, '[]'), [': expected { media: … }, found a list'])
  t.deepEqual(await refused(t, 'media: {}'), [
    'media: no medium; add one, for example: media: { lab: { type: bootable } }',
  ])
  t.deepEqual(await refused(t, 'media: { lab: bootable }'), ['media.lab: expected a map, found text'])
  t.deepEqual(await refused(t, 'media: [lab]'), ['media: expected a map, found a list'])
  t.regex((await refused(t, 'medium: {}')).join('\n'), /unknown key "medium"; did you mean "media"\?/)
})

test('names of media have no special characters', async t => {
  const [found] = await refused(t, 'media: { "lab/1": { type: bootable } }')
  t.regex(found!, /^media\["lab\/1"\]: not a valid key: the name of a medium consists of letters/)
})

test('a date is a day or a time stamp that every image format supports', async t => {
  const [day] = (await validated(t, medium('date: 2026-11-24'))).media
  t.deepEqual(day?.date, new Date('2026-11-24T00:00:00Z'))
  const [time] = (await validated(t, medium('date: 2026-11-24T12:30:00+01:00'))).media
  t.deepEqual(time?.date, new Date('2026-11-24T11:30:00Z'))
  for (const wrong of ['1979-12-31', '2108-01-01', '2026-02-30', 'tomorrow', '2026'])
    t.is((await refused(t, medium(`date: ${wrong}`))).length, 1, wrong)
})

test('a management point without TLS is accepted with allowHttp', async t => {
  const points =
    'site: { managementPoints: [{ url: "http://mp.example", allowHttp: true }] }\nmedia: { a: { type: bootable } }'
  t.deepEqual((await validated(t, points)).site.managementPoints, [{ url: 'http://mp.example', allowHttp: true }])
  t.regex((await refused(t, points.replace('http:', 'ftp:')))[0]!, /expected a URL like https/)
})

test('a secret in plain text gives a warning with its position', async t => {
  const { warnings } = await validated(
    t,
    medium('password: hunter2\nvariables: { A: { secret: hunter2 }, B: { secret: { env: B } } }'),
  )
  t.deepEqual(
    warnings.map(({ line, severity, path }) => [line, severity, formatPath(path)]),
    [
      [4, 'warning', 'media.lab.password'],
      [5, 'warning', 'media.lab.variables.A.secret'],
    ],
  )
  t.false(
    warnings
      .map(({ message }) => message)
      .join()
      .includes('hunter2'),
  )
})

test('the list of plugins is validated without loading them', async t => {
  const raw = await written(t, "plugins: ['@a/b', ['./c.mjs', { slot: 1 }]]\nmedia: {}")
  t.deepEqual(validatePlugins(raw), [
    { specifier: '@a/b', options: undefined, path: ['plugins', 0] },
    { specifier: './c.mjs', options: { slot: 1 }, path: ['plugins', 1] },
  ])
  t.deepEqual(validatePlugins(await written(t, 'media: {}')), [])
  const wrong = await written(t, "plugins: [5, ok, ['a', {}, {}], '']")
  const error = t.throws<DefinitionError>(() => validatePlugins(wrong), { code: 'DEFINITION' })
  t.deepEqual(
    error?.findings.map(({ path }) => path),
    [
      ['plugins', 0],
      ['plugins', 2],
      ['plugins', 3],
    ],
  )
  const findings = createFindings(wrong.path, wrong.locate)
  t.deepEqual(
    validatePlugins(wrong, findings).map(({ specifier }) => specifier),
    ['ok'],
  )
  t.throws(() => validatePlugins({ ...wrong, value: { plugins: 'a' } }), {
    message: /plugins: expected a list, found text/,
  })
})
