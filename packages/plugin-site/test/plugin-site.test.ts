import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import agent from '@bootwright/agent-bundle'
import type { Plugin } from '@bootwright/api'
import bootable from '@bootwright/plugin-bootable'
import { ACCESS_FILE, initSite, ROOT_CERTIFICATE_FILE, serveSite } from '@bootwright/site'
import { openSiteClient, type SiteAccess, type SiteClient } from '@bootwright/site-protocol'
import steps from '@bootwright/steps'
import { freePort, scratch } from '@bootwright/test-support'
import { fakeBootImage, harness, memoryTarget } from '@bootwright/testkit'
import test from 'ava'
import site from '../src/index.ts'

interface Lab extends AsyncDisposable {
  readonly folder: string
  readonly access: string
  readonly url: string
  readonly client: SiteClient
}
async function openLab(): Promise<Lab> {
  const folder = join(scratch(), 'site')
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const now = new Date()
  await initSite({ folder, name: 'P01', url, now })
  const served = await serveSite({ folder, listen: { host: '127.0.0.1', port } })
  const access: SiteAccess = JSON.parse(readFileSync(join(folder, ACCESS_FILE), 'utf8'))
  const client = openSiteClient(url, { authorities: access.authorities, identity: access })
  return {
    folder,
    url,
    access: join(folder, ACCESS_FILE),
    client,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
      await served[Symbol.asyncDispose]()
    },
  }
}

const SEQUENCE = `
name: Deploy
variables: { Site: paris }
packages: { tool: { source: ./tool, programs: { install: ./install.sh } } }
steps:
  - installPackage: { package: tool, program: install }
`
/** More than is sent in one request. */
const LARGE = randomBytes(65 << 20)
const files = { 'deploy.yaml': SEQUENCE, 'tool/install.sh': 'true\n', 'tool/data': LARGE }
const publishing = (access: string) => ({
  media: { deploy: { type: 'taskSequence', taskSequence: 'deploy.yaml', targets: [{ site: { access } }] } },
})
const plugin = (options: object): Plugin => (site as (options: unknown) => Plugin)({ checkPoints: false, ...options })

test('a sequence is published with its steps and contents; only what is missing travels', async t => {
  await using lab = await openLab()
  const options = { plugins: [plugin({ access: lab.access }), agent, steps], files }
  const build = async (changes: object = {}) => {
    await using kernel = await harness({
      ...options,
      definition: publishing(lab.access),
      files: { ...files, ...changes },
    })
    const [plan] = await kernel.session.plan()
    const [built] = await kernel.session.build()
    return { plan: plan!.images[0]!.parts[0]!, written: built!.written[0]!, said: kernel.logged('info') }
  }
  const first = await build()
  t.is(first.plan.destination, `${lab.url}/sequences/deploy`)
  t.is(first.written.updated, first.plan.bytes.size)
  t.true(first.said.includes('the site has revision 1 of "deploy" now'))
  const again = await build()
  t.is(again.written.updated, 0)
  t.true(again.said.some(each => /same as revision 1/.test(each)))
  const changed = await build({ 'tool/data': 'y'.repeat(100_000) })
  t.is(changed.written.updated, 100_000)
  t.true(changed.said.includes('the site has revision 2 of "deploy" now'))
})

test('media that contact a site are registered there, or a file says what is to be registered', async t => {
  await using lab = await openLab()
  const target = memoryTarget()
  const definition = {
    site: { managementPoints: [lab.url], rootCertificates: [join(lab.folder, ROOT_CERTIFICATE_FILE)] },
    media: {
      stick: {
        type: 'bootable',
        management: 'dynamic',
        unknownComputers: true,
        bootImage: { plain: {} },
        certificate: { selfSigned: { from: '2026-01-01', to: '2036-01-01' } },
        targets: [{ memory: {} }],
      },
    },
  }
  const build = async (options: object) => {
    await using kernel = await harness({
      plugins: [plugin(options), agent, bootable, fakeBootImage(), target.plugin],
      definition,
    })
    await kernel.session.build()
    const folder = join(kernel.folder, 'handed-in')
    return 'registrations' in options ? readdirSync(folder).map(each => readFileSync(join(folder, each), 'utf8')) : []
  }
  await build({ access: lab.access })
  const { media } = await lab.client.ask('media', {})
  t.like(media[0], { name: 'stick', type: 'bootable', unknownComputers: true, validTo: '2036-01-01T00:00:00.000Z' })
  const [written] = await build({ registrations: 'handed-in' })
  t.like(JSON.parse(written!), { id: media[0]!.id, name: 'stick' })
})

test('media that could not trust a point are refused when they are made, and one that is not there is no fault', async t => {
  await using lab = await openLab()
  await using other = await openLab()
  const target = memoryTarget()
  const plan = async (root: Lab, managementPoints: readonly string[]) => {
    await using kernel = await harness({
      plugins: [plugin({ access: lab.access, checkPoints: true }), agent, bootable, fakeBootImage(), target.plugin],
      definition: {
        site: { managementPoints, rootCertificates: [join(root.folder, ROOT_CERTIFICATE_FILE)] },
        media: {
          stick: { type: 'bootable', management: 'dynamic', bootImage: { plain: {} }, targets: [{ memory: {} }] },
        },
      },
    })
    await kernel.session.plan()
    return kernel.logged('warn').join('\n')
  }
  const nobody = `https://127.0.0.1:${await freePort()}`
  t.regex(await plan(lab, [lab.url, nobody]), new RegExp(`${nobody} cannot be asked from here`))
  await t.throwsAsync(plan(other, [other.url, lab.url]), { message: /an authority that this medium does not trust/ })
})

test('what cannot be published says why', async t => {
  await using kernel = await harness({
    plugins: [plugin({ registrations: 'x' }), agent, steps],
    definition: publishing('nowhere.json'),
    files,
  })
  await t.throwsAsync(kernel.session.plan(), {
    message: /nowhere\.json cannot be read \(ENOENT\); it is made by: bootwright site init/,
  })
})
