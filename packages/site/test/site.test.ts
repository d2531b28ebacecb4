import { createHash, webcrypto } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { setTimeout as sleep } from 'node:timers/promises'
import { artifactOf, putManifests, readArtifacts, registryStore } from '@bootwright/distribution-point'
import { blobUrl, hasBlob, openConnection, type ProblemCode, SiteError, writeBlob } from '@bootwright/site-protocol'
import { needs } from '@bootwright/test-support'
import { startPostgres } from '@bootwright/test-support/servers'
import { computer, NOW, openTestSite, published } from '@bootwright/test-support/site'
import test, { type ExecutionContext } from 'ava'
import pg from 'pg'
import { type Credentials, createAuthority, issue } from '../src/index.ts'

const deployment = { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' }
const site = (changes: object = {}) => ({ name: 'P01', deployments: { lab: deployment }, ...changes })
const later = (days: number) => new Date(NOW.getTime() + days * 24 * 60 * 60 * 1000)

async function refused(t: ExecutionContext, code: ProblemCode, asking: Promise<unknown>): Promise<string> {
  const error = await t.throwsAsync(asking, { instanceOf: SiteError })
  t.is(error?.code, code, error?.message)
  return error?.message ?? ''
}

test('an unknown computer is offered what is deployed to unknown ones, and gets its sequence', async t => {
  await using lab = await openTestSite()
  const { administrator } = lab
  t.deepEqual(await administrator.ask('publish', published()), { revision: 1, isNew: true })
  t.deepEqual(await administrator.ask('publish', published()), { revision: 1, isNew: false })
  const { changes } = await administrator.ask('apply', { site: site(), isTrial: true })
  t.deepEqual(changes, [{ kind: 'deployments', name: 'lab', change: 'add' }])
  t.deepEqual((await administrator.ask('apply', { site: site(), isTrial: false })).changes, changes)
  t.deepEqual((await administrator.ask('apply', { site: site(), isTrial: false })).changes, [])

  const medium = await lab.medium()
  const policy = await medium.ask('policy', { computer: computer() })
  t.is(policy.name, undefined)
  t.deepEqual(policy.deployments, [
    { id: 'lab', taskSequence: 'deploy', revision: 1, description: '', purpose: 'required' },
  ])
  const ask = { id: 'lab', client: policy.client, revision: 1 }
  t.deepEqual(await medium.ask('sequence', ask), published())
  // The same computer keeps its name, also by another network card.
  const again = await medium.ask('policy', { computer: computer({ uuid: '', ipAddresses: [] }) })
  t.is(again.client, policy.client)

  // A new revision reaches the same medium.
  const changed = published({ variables: { OSDComputerName: { value: 'lab-2' } } })
  t.deepEqual(await administrator.ask('publish', changed), { revision: 2, isNew: true })
  t.is((await medium.ask('policy', { computer: computer() })).deployments[0]!.revision, 2)
  t.deepEqual(await medium.ask('sequence', { ...ask, revision: 2 }), changed)
})

test('known computers get what is deployed to their collections, with its variables and their own', async t => {
  await using lab = await openTestSite()
  await lab.administrator.ask('publish', published())
  const declared = site({
    computers: { 'lab-17': { macAddresses: ['52-54-00-12-34-56'], variables: { OSDComputerName: 'lab-17' } } },
    collections: { emulated: { rules: [{ make: 'qe*' }], variables: { Site: 'paris', OSDComputerName: 'nobody' } } },
    deployments: { lab: deployment, known: { ...deployment, collection: 'emulated', purpose: 'available' } },
  })
  await lab.administrator.ask('apply', { site: declared, isTrial: false })
  const medium = await lab.medium({ unknownComputers: false })
  const policy = await medium.ask('policy', { computer: computer() })
  t.is(policy.name, 'lab-17')
  t.deepEqual(policy.variables, { Site: { value: 'paris' }, OSDComputerName: { value: 'lab-17' } })
  t.deepEqual(
    policy.deployments.map(({ id, purpose }) => [id, purpose]),
    [['known', 'available']],
  )
  const other = computer({ uuid: '', macAddresses: ['52:54:00:00:00:01'] })
  const message = await refused(t, 'COMPUTER_UNKNOWN', medium.ask('policy', { computer: other }))
  t.regex(message, /unknownComputers: true/)
})

test('hidden deployments are offered to who names them, and nothing outside of its time', async t => {
  await using lab = await openTestSite()
  await lab.administrator.ask('publish', published())
  const deployments = {
    hidden: { ...deployment, availableTo: 'mediaHidden' },
    clients: { ...deployment, availableTo: 'clients' },
    tomorrow: { ...deployment, from: later(1).toISOString() },
    yesterday: { ...deployment, to: later(-1).toISOString() },
  }
  await lab.administrator.ask('apply', { site: site({ deployments }), isTrial: false })
  const medium = await lab.medium()
  const policy = await medium.ask('policy', { computer: computer() })
  t.deepEqual(policy.deployments, [])
  const preferred = await medium.ask('policy', { computer: computer(), preferred: 'HIDDEN' })
  t.deepEqual(
    preferred.deployments.map(({ id }) => id),
    ['hidden'],
  )
  const { client } = policy
  await refused(t, 'NOT_DEPLOYED', medium.ask('sequence', { id: 'clients', client, revision: 1 }))
  await refused(t, 'NOT_DEPLOYED', medium.ask('sequence', { id: 'tomorrow', client, revision: 1 }))
})

test('a certificate that is missing, unknown, blocked, expired or not yet valid is refused, each in its own words', async t => {
  await using lab = await openTestSite()
  await refused(t, 'CERTIFICATE_MISSING', lab.as().ask('location', { ipAddresses: [] }))
  const medium = await lab.medium()
  t.deepEqual(await medium.ask('location', { ipAddresses: [] }), {
    managementPoints: [lab.url],
    distributionPoints: [[`${lab.url}/content`]],
  })
  await refused(t, 'ADMINISTRATOR_NEEDED', medium.ask('media', {}))
  await lab.administrator.ask('block', { id: 'medium-1', isBlocked: true })
  await refused(t, 'CERTIFICATE_BLOCKED', medium.ask('location', { ipAddresses: [] }))
  await lab.administrator.ask('block', { id: 'medium-1', isBlocked: false })
  await medium.ask('location', { ipAddresses: [] })
  lab.clock.now = later(2)
  await refused(t, 'CERTIFICATE_EXPIRED', medium.ask('location', { ipAddresses: [] }))
  lab.clock.now = later(-2)
  await refused(t, 'CERTIFICATE_NOT_YET_VALID', medium.ask('location', { ipAddresses: [] }))
  lab.clock.now = NOW
  await refused(t, 'NOT_FOUND', lab.administrator.ask('block', { id: 'nobody', isBlocked: true }))
})

test('boundaries say which points serve a computer', async t => {
  await using lab = await openTestSite()
  const [near, far] = ['https://near.example:8443', 'https://far.example']
  const boundaries = {
    wide: {
      ranges: ['192.0.2.0/24'],
      priority: 50,
      managementPoints: [far],
      distributionPoints: ['https://dp.example/a'],
    },
    narrow: { ranges: ['192.0.2.8 - 192.0.2.12', '2001:db8::/64'], priority: 10, managementPoints: [near] },
  }
  await lab.administrator.ask('apply', { site: { name: 'P01', boundaries }, isTrial: false })
  const medium = await lab.medium()
  t.deepEqual((await medium.ask('location', { ipAddresses: ['192.0.2.10'] })).managementPoints, [near, far])
  t.deepEqual((await medium.ask('location', { ipAddresses: ['2001:db8::5'] })).managementPoints, [near])
  t.deepEqual(await medium.ask('location', { ipAddresses: ['192.0.2.200'] }), {
    managementPoints: [far],
    distributionPoints: [['https://dp.example/a'], [`${lab.url}/content`]],
  })
  t.deepEqual((await medium.ask('location', { ipAddresses: ['198.51.100.1'] })).managementPoints, [lab.url])
})

test('contents are sent once, read from any offset, and only by media that something with them is deployed to', async t => {
  await using lab = await openTestSite()
  const data = Buffer.alloc(300_000, 'content')
  const sha256 = createHash('sha256').update(data).digest('hex')
  const point = `${lab.url}/content`
  const url = blobUrl(point, sha256)
  const { authorities } = lab.access
  using connection = openConnection({ authorities, identity: lab.access })
  t.false(await hasBlob(connection, url))
  const blob = {
    sha256,
    size: data.length,
    read: (from: number, to: number) => Readable.from([data.subarray(from, to)]),
  }
  await writeBlob(connection, point, blob)
  t.true(await hasBlob(connection, url))
  const wrong = { ...blob, sha256: 'b'.repeat(64) }
  await t.throwsAsync(writeBlob(connection, point, wrong), { message: /takes no content/ })

  const medium = await lab.medium()
  const read = async (offset: number) => {
    const stream = await medium.blob(url, offset)
    return stream && (await buffer(stream))
  }
  t.is(await read(0), undefined)
  const contents = [{ kind: 'package' as const, name: 'tool', files: [{ path: 'a', size: data.length, sha256 }] }]
  await lab.administrator.ask('publish', published({ contents }))
  t.is(await read(0), undefined)
  await lab.administrator.ask('apply', { site: site(), isTrial: false })
  t.is(await read(0), undefined)
  const { client } = await medium.ask('policy', { computer: computer() })
  await medium.ask('sequence', { id: 'lab', client, revision: 1 })
  t.deepEqual(await read(0), data)
  t.deepEqual(await read(200_000), data.subarray(200_000))
  // Another medium, which nothing was given by, reads nothing.
  t.is(await (await lab.medium()).blob(url), undefined)
})

test('status is kept once, however often it is delivered; users wait for whoever approves them', async t => {
  await using lab = await openTestSite()
  const medium = await lab.medium()
  const { client } = await medium.ask('policy', { computer: computer() })
  const message = {
    run: '6f1c3c1e-8a55-4d0e-9a3a-2f6c7f3f9f02',
    number: 0,
    client,
    deployment: 'lab',
    time: NOW.toISOString(),
    event: 'stepFailed' as const,
    step: { number: 1, total: 2, name: 'Apply' },
    exitCode: 5,
  }
  await medium.ask('status', { messages: [message] })
  await medium.ask('status', { messages: [message, { ...message, number: 1, event: 'sequenceFailed' }] })
  const { messages } = await lab.administrator.ask('messages', { client })
  t.deepEqual(
    messages.map(({ event }) => event),
    ['sequenceFailed', 'stepFailed'],
  )

  const asked = { client, users: ['LAB\\ada'], mode: 'pending' as const }
  t.deepEqual(await medium.ask('affinity', asked), { state: 'pending' })
  t.deepEqual(await lab.administrator.ask('approve', { client }), { approved: 1 })
  t.deepEqual(await medium.ask('affinity', asked), { state: 'approved' })
  t.deepEqual(await medium.ask('affinity', { ...asked, users: ['LAB\\bob'], mode: 'automatic' }), { state: 'approved' })
})

const onPostgres = needs(test, 'pg_ctlcluster')
onPostgres('the same with PostgreSQL, by two points that have nothing else in common', async t => {
  using postgres = await startPostgres()
  await using lab = await openTestSite({ database: postgres.url })
  await lab.administrator.ask('publish', published())
  const computers = { 'lab-17': { macAddresses: ['52:54:00:12:34:56'], variables: { OSDComputerName: 'lab-17' } } }
  const declared = site({ computers, deployments: { lab: { ...deployment, collection: 'allComputers' } } })
  await lab.administrator.ask('apply', { site: declared, isTrial: false })
  const medium = await lab.medium()
  using other = lab.as(await lab.identity(), await lab.another())
  for (const each of [medium, other]) {
    const policy = await each.ask('policy', { computer: computer() })
    t.like(policy, { name: 'lab-17', deployments: { length: 1 } })
    t.deepEqual(await each.ask('sequence', { id: 'lab', client: policy.client, revision: 1 }), published())
  }
  // As when the database starts again.
  const database = new pg.Client({ connectionString: postgres.url })
  await database.connect()
  await database.query('select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid()')
  await database.end()
  await sleep(500)
  await lab.administrator.ask('apply', { site: { name: 'P01' }, isTrial: false })
  const { client: _, ...rest } = await other.ask('policy', { computer: computer() })
  t.deepEqual(rest, { variables: {}, deployments: [] })
})

test('manifests are kept when all that they name is there, and are for administrators', async t => {
  await using lab = await openTestSite()
  const { authorities } = lab.access
  using connection = openConnection({ authorities, identity: lab.access })
  const place = registryStore(`${lab.url}/content`, connection)
  const data = Buffer.from('export default {}\n')
  const steps = { sha256: createHash('sha256').update(data).digest('hex'), size: data.length }
  const artifact = artifactOf(published({ steps }), 1, [steps])
  await t.throwsAsync(putManifests(place, artifact), { message: /sha256:\w+ is not here; send it first/ })
  for (const each of [data, artifact.config.data])
    await place.write({ sha256: createHash('sha256').update(each).digest('hex'), size: each.length }, () =>
      Readable.from([each]),
    )
  await putManifests(place, artifact)
  t.like((await readArtifacts(place))[0], { tag: 'deploy.r1', manifests: artifact.manifests })
  using other = openConnection({ authorities, identity: await lab.identity() })
  const medium = registryStore(`${lab.url}/content`, other)
  await t.throwsAsync(medium.tags(), { message: /status 403/ })
  await t.throwsAsync(medium.manifest(artifact.tag), { message: /status 403/ })
  await t.throwsAsync(medium.removeBlob(steps), { message: /status 403/ })
  await place.removeManifest(artifact.tag, artifact.manifests[0]!.sha256)
  t.deepEqual(await place.tags(), [])
})

test('what a site has is listed: computers that asked or are declared, revisions and what deploys them', async t => {
  await using lab = await openTestSite()
  const contents = [
    { kind: 'package' as const, name: 'tool', version: '2', files: [{ path: 'a', size: 5, sha256: 'b'.repeat(64) }] },
  ]
  await lab.administrator.ask('publish', published())
  await lab.administrator.ask('publish', published({ contents }))
  const declared = site({
    computers: {
      'lab-17': { macAddresses: ['52-54-00-12-34-56'] },
      'lab-18': { macAddresses: ['52-54-00-12-34-57'] },
    },
    deployments: { lab: deployment, old: { ...deployment, revision: 1 } },
  })
  await lab.administrator.ask('apply', { site: declared, isTrial: false })
  const medium = await lab.medium()
  const known = await medium.ask('policy', { computer: computer() })
  const stranger = computer({ uuid: '', macAddresses: ['52:54:00:00:00:01'] })
  const { client } = await medium.ask('policy', { computer: stranger })
  const { computers } = await lab.administrator.ask('computers', {})
  const seen = NOW.toISOString()
  t.deepEqual(
    new Set(computers),
    new Set([
      { name: 'lab-17', client: known.client, identity: computer(), seen, collections: ['allComputers'] },
      { client, identity: stranger, seen, collections: ['unknownComputers'] },
      { name: 'lab-18', collections: ['allComputers'] },
    ]),
  )
  const { sequences } = await lab.administrator.ask('sequences', {})
  const about = { name: 'deploy', created: seen, platform: 'linux' as const }
  t.deepEqual(sequences, [
    {
      ...about,
      revision: 2,
      contents: [{ kind: 'package', name: 'tool', version: '2', bytes: 5 }],
      deployments: ['lab'],
    },
    { ...about, revision: 1, contents: [], deployments: ['old'] },
  ])
})

test('what is removed is neither deployed nor among the last; what came a moment ago stays', async t => {
  await using lab = await openTestSite()
  for (const value of ['1', '2', '3', '4'])
    await lab.administrator.ask('publish', published({ variables: { Revision: { value } } }))
  const deployments = { lab: { ...deployment, revision: 2 } }
  await lab.administrator.ask('apply', { site: site({ deployments }), isTrial: false })
  const ask = { keep: 1, hours: 24, isTrial: true }
  const revisionsOf = (all: readonly { readonly revision: number }[]) => all.map(({ revision }) => revision)
  const trial = await lab.administrator.ask('prune', ask)
  t.deepEqual(
    [revisionsOf(trial.removed), revisionsOf(trial.kept)],
    [
      [3, 1],
      [4, 2],
    ],
  )
  t.deepEqual(await lab.administrator.ask('prune', { ...ask, isTrial: false }), trial)
  t.deepEqual((await lab.administrator.ask('prune', ask)).removed, [])
  const medium = await lab.medium()
  const { client } = await medium.ask('policy', { computer: computer() })
  t.is((await medium.ask('sequence', { id: 'lab', client, revision: 2 })).variables.Revision?.value, '2')
})

test('certificates of an authority that is trusted with media need no registration, and can be revoked', async t => {
  await using lab = await openTestSite()
  const authority = await createAuthority('Corp', NOW)
  const [good, gone, server] = [
    await issue(authority, { subject: 'good', use: 'client', now: NOW }),
    await issue(authority, { subject: 'gone', use: 'client', now: NOW }),
    await issue(authority, { subject: 'server', use: 'server', now: NOW }),
  ]
  const ask = (identity: typeof good) => lab.as(identity).ask('location', { ipAddresses: [] })
  await refused(t, 'CERTIFICATE_UNKNOWN', ask(good))
  const revocationLists = [await revocationList(authority, gone)]
  const declared = { name: 'P01', clientAuthorities: [authority.certificate], revocationLists }
  await lab.administrator.ask('apply', { site: declared, isTrial: false })
  await ask(good)
  await refused(t, 'CERTIFICATE_REVOKED', ask(gone))
  // Of the same authority, and for another use.
  await refused(t, 'CERTIFICATE_UNKNOWN', ask(server))
  const stranger = await createAuthority('Corp', NOW)
  await refused(t, 'CERTIFICATE_UNKNOWN', ask(await issue(stranger, { subject: 'good', use: 'client', now: NOW })))
  lab.clock.now = later(6 * 365)
  await refused(t, 'CERTIFICATE_EXPIRED', ask(good))
})

async function revocationList(authority: Credentials, revoked: Credentials): Promise<string> {
  const x509 = await import('@peculiar/x509')
  const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }
  const key = new Uint8Array(x509.PemConverter.decodeFirst(authority.key))
  const list = await x509.X509CrlGenerator.create({
    issuer: new x509.X509Certificate(authority.certificate).subject,
    thisUpdate: NOW,
    nextUpdate: later(30),
    entries: [{ serialNumber: new x509.X509Certificate(revoked.certificate).serialNumber, revocationDate: NOW }],
    signingAlgorithm: algorithm,
    signingKey: await webcrypto.subtle.importKey('pkcs8', key, algorithm, false, ['sign']),
  })
  return `${x509.PemConverter.encode(list.rawData, 'X509 CRL')}\n`
}
