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
/** Larger than one upload request. */
const LARGE = randomBytes(65 << 20)
const files = { 'deploy.yaml': SEQUENCE, 'tool/install.sh': 'true\n', 'tool/data': LARGE }
const publishDefinition = (access: string) => ({
  media: { deploy: { type: 'taskSequence', taskSequence: 'deploy.yaml', targets: [{ site: { access } }] } },
})
const plugin = (options: object): Plugin => (site as (options: unknown) => Plugin)({ checkPoints: false, ...options })

test('a task sequence is published with its steps and contents; only missing blobs are sent', async t => {
  await using lab = await openLab()
  const options = { plugins: [plugin({ access: lab.access }), agent, steps], files }
  const build = async (changes: object = {}) => {
    await using kernel = await harness({
      ...options,
      definition: publishDefinition(lab.access),
      files: { ...files, ...changes },
    })
    const [plan] = await kernel.session.plan()
    const [built] = await kernel.session.build()
    return { plan: plan!.images[0]!.parts[0]!, written: built!.written[0]!, logged: kernel.logged('info') }
  }
  const first = await build()
  t.is(first.plan.destination, `${lab.url}/sequences/deploy`)
  t.is(first.written.updated, first.plan.bytes.size)
  t.true(first.logged.includes('published revision 1 of "deploy"'))
  const again = await build()
  t.is(again.written.updated, 0)
  t.true(again.logged.some(each => /unchanged since revision 1/.test(each)))
  const changed = await build({ 'tool/data': 'y'.repeat(100_000) })
  t.is(changed.written.updated, 100_000)
  t.true(changed.logged.includes('published revision 2 of "deploy"'))
})

test('media that contact a site are registered there, or their registration is written to a file', async t => {
  await using lab = await openLab()
  const target = memoryTarget()
  const definition = {
    site: { managementPoints: [lab.url], rootCertificates: [join(lab.folder, ROOT_CERTIFICATE_FILE)] },
    media: {
      usb: {
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
    const folder = join(kernel.folder, 'registrations')
    return 'registrations' in options ? readdirSync(folder).map(each => readFileSync(join(folder, each), 'utf8')) : []
  }
  await build({ access: lab.access })
  const { media } = await lab.client.request('media', {})
  t.like(media[0], { name: 'usb', type: 'bootable', unknownComputers: true, validTo: '2036-01-01T00:00:00.000Z' })
  const [written] = await build({ registrations: 'registrations' })
  t.like(JSON.parse(written!), { id: media[0]!.id, name: 'usb' })
})

test('a build fails when the medium would not trust a management point; an unreachable one is a warning', async t => {
  await using lab = await openLab()
  await using other = await openLab()
  const target = memoryTarget()
  const plan = async (root: Lab, managementPoints: readonly string[]) => {
    await using kernel = await harness({
      plugins: [plugin({ access: lab.access, checkPoints: true }), agent, bootable, fakeBootImage(), target.plugin],
      definition: {
        site: { managementPoints, rootCertificates: [join(root.folder, ROOT_CERTIFICATE_FILE)] },
        media: {
          usb: { type: 'bootable', management: 'dynamic', bootImage: { plain: {} }, targets: [{ memory: {} }] },
        },
      },
    })
    await kernel.session.plan()
    return kernel.logged('warn').join('\n')
  }
  const unreachable = `https://127.0.0.1:${await freePort()}`
  t.regex(await plan(lab, [lab.url, unreachable]), new RegExp(`${unreachable} cannot be reached from this computer`))
  await t.throwsAsync(plan(other, [other.url, lab.url]), { message: /an authority that this medium does not trust/ })
})

test('missing credentials fail the plan and name the file', async t => {
  await using kernel = await harness({
    plugins: [plugin({ registrations: 'x' }), agent, steps],
    definition: publishDefinition('nowhere.json'),
    files,
  })
  await t.throwsAsync(kernel.session.plan(), {
    message: /nowhere\.json cannot be read: ENOENT; create it with "bootwright site init"/,
  })
})
