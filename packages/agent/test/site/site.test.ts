import { createHash, randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import {
  chunksOf,
  encodeChunks,
  openConnection,
  openSiteClient,
  type PublishedSequence,
  writeBlob,
} from '@bootwright/site-protocol'
import { freePort, scratch } from '@bootwright/test-support'
import {
  computer as computerIdentity,
  NOW,
  openTestSite,
  published,
  type TestSite,
} from '@bootwright/test-support/site'
import test, { type ExecutionContext } from 'ava'
import { AgentError, type AgentErrorCode } from '../../src/computer/errors.ts'
import { createVariables } from '../../src/environment/variables.ts'
import { blobSource } from '../../src/site/blob-source.ts'
import { contactSite } from '../../src/site/contact.ts'
import { deploymentFromSite } from '../../src/site/deployment.ts'
import { distributionPointContents } from '../../src/site/distribution-point-contents.ts'
import { liveProgress } from '../../src/site/live-progress.ts'
import { environment, fakeClock, fakeComputer, fakeSystem } from '../fakes.ts'

const atNow = () => {
  const identity = computerIdentity()
  const system = {
    ...fakeSystem(),
    identity: async () => ({ ...identity, memory: 1024, defaultGateways: [] as string[] }),
  }
  return fakeComputer({ system, clock: fakeClock(NOW) })
}
const contactOptions = async (lab: TestSite, urls: readonly string[], isDynamic = true) => ({
  urls,
  isDynamic,
  authorities: lab.access.authorities,
  identity: await lab.identity(),
})
async function failsWith(t: ExecutionContext, code: AgentErrorCode, doing: Promise<unknown>): Promise<string> {
  const error = await t.throwsAsync(doing, { instanceOf: AgentError })
  t.is(error?.code, code, error?.message)
  return error?.message ?? ''
}

test('management points are contacted in order, and a dynamic medium follows referrals', async t => {
  await using lab = await openTestSite()
  const [second, third] = [lab.url, await lab.addManagementPoint()]
  const boundaries = { here: { ranges: ['192.0.2.0/24'], managementPoints: [third] } }
  await lab.administrator.request('apply', { site: { name: 'P01', boundaries }, isTrial: false })
  const down = `https://127.0.0.1:${await freePort()}`
  const computer = atNow()
  using contact = await contactSite(computer, await contactOptions(lab, [down, second]))
  t.is(contact.client.url, third)
  t.regex(computer.console.shown, new RegExp(`${down} cannot be used: .* cannot be reached`))
  t.regex(computer.console.shown, new RegExp(`${second} refers this computer to:\n {2}${third}`))
  t.regex(computer.console.shown, new RegExp(`bootwright: management point ${third}`))

  const fixed = atNow()
  using stays = await contactSite(fixed, await contactOptions(lab, [second], false))
  t.is(stays.client.url, second)
  t.regex(fixed.console.shown, /to other management points, which this site-based medium does not contact/)
})

test('a wrong clock is set before certificate dates are checked', async t => {
  await using lab = await openTestSite()
  const system = fakeSystem()
  const computer = fakeComputer({ system, clock: fakeClock(new Date('2001-01-01T00:00:00Z')) })
  using _ = await contactSite(computer, await contactOptions(lab, [lab.url]))
  t.deepEqual(system.started, [`clock ${NOW.toISOString()}`])
  t.regex(computer.console.shown, /The clock of this computer was wrong/)
})

const deployment = { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' }
async function deploy(lab: TestSite, changes: object = {}, document: Partial<PublishedSequence> = {}): Promise<void> {
  const steps = await store(lab, Buffer.from('export default {}\n'))
  await lab.administrator.request('publish', published({ steps, ...document }))
  await lab.administrator.request('apply', {
    site: { name: 'P01', deployments: { lab: deployment }, ...changes },
    isTrial: false,
  })
}
async function store(lab: TestSite, data: Uint8Array): Promise<{ sha256: string; size: number }> {
  const sha256 = createHash('sha256').update(data).digest('hex')
  using connection = openConnection({ authorities: lab.access.authorities, identity: lab.access })
  const read = (from: number, to: number) => Readable.from([data.subarray(from, to)])
  await writeBlob(connection, `${lab.url}/content`, { sha256, size: data.length, read })
  return { sha256, size: data.length }
}
async function requestDeployment(lab: TestSite, given: Readonly<Record<string, string>> = {}, unattended = true) {
  const computer = atNow()
  const variables = createVariables(Object.fromEntries(Object.entries(given).map(([name, value]) => [name, { value }])))
  const certificate = await lab.identity()
  const medium = environment({ certificate, rootCertificates: lab.access.authorities })
  const options = {
    urls: [lab.url],
    environment: medium,
    variables,
    unattended,
    isStored: async () => false,
    network: { adapters: [] },
  }
  return { computer, variables, run: () => deploymentFromSite(computer, options) }
}

test('a required deployment runs, and variables that are set take precedence over its own', async t => {
  await using lab = await openTestSite()
  const variables = { OSDComputerName: { value: 'from-sequence' }, Site: { value: 'paris' } }
  await deploy(lab, {}, { variables })
  const { run, variables: set, computer } = await requestDeployment(lab, { Site: 'medium' })
  const { site } = await run()
  t.like(site, { deployment: 'lab', managementPoint: lab.url, number: 0, pending: [] })
  t.is(set.get('OSDComputerName')?.value, 'from-sequence')
  t.is(set.get('Site')?.value, 'medium')
  t.is(set.get('_SMSTSAdvertID')?.value, 'lab')
  t.regex(computer.console.shown, /bootwright: deployment lab, deploy revision 1/)
})

test('available deployments are chosen by the operator, hidden ones by name, and unattended media do not prompt', async t => {
  await using lab = await openTestSite()
  const deployments = {
    first: { ...deployment, purpose: 'available', description: 'for the lab' },
    second: { ...deployment, purpose: 'available' },
    secret: { ...deployment, purpose: 'available', availableTo: 'mediaHidden' },
  }
  await deploy(lab, { deployments })
  await failsWith(t, 'NOT_DEPLOYED', (await requestDeployment(lab)).run())
  const attended = await requestDeployment(lab, {}, false)
  attended.computer.console.answer(
    [/1 {2}deploy - for the lab\n {2}2 {2}deploy\n[\s\S]*: $/, '7\r'],
    [/: 7\n[\s\S]*: $/, '2\r'],
  )
  t.is((await attended.run()).site.deployment, 'second')
  t.is((await (await requestDeployment(lab, { SMSTSPreferredAdvertID: 'secret' })).run()).site.deployment, 'secret')
  const message = await failsWith(
    t,
    'NOT_DEPLOYED',
    (await requestDeployment(lab, { SMSTSPreferredAdvertID: 'nothing' })).run(),
  )
  t.regex(message, /"nothing" \(SMSTSPreferredAdvertID\)/)
})

test('the agent waits for users to be approved', async t => {
  await using lab = await openTestSite()
  await deploy(lab)
  const pending = { SMSTSAssignUsersMode: 'Pending', SMSTSUDAUsers: 'LAB\\ada, LAB\\bob' }
  const impatient = await requestDeployment(lab, { ...pending, SMSTSUDAApprovalTimeout: '5' })
  t.regex(
    await failsWith(t, 'AFFINITY_PENDING', impatient.run()),
    /LAB\\ada, LAB\\bob were not approved as users of this computer within 5 s/,
  )
  const { client } = await (await requestDeployment(lab, { ...pending, SMSTSAssignUsersMode: 'Auto' }))
    .run()
    .then(({ site }) => site)
  t.truthy(client)
  await (await requestDeployment(lab, pending)).run()
})

test('all missing contents are named before the first step', async t => {
  await using lab = await openTestSite()
  const file = (name: string) => ({ path: name, size: 5, sha256: createHash('sha256').update(name).digest('hex') })
  await deploy(
    lab,
    {},
    {
      contents: [
        { kind: 'package', name: 'tools', files: [file('a.sh'), file('b.sh')] },
        { kind: 'application', name: 'editor', files: [file('setup')] },
      ],
    },
  )
  const message = await failsWith(t, 'CONTENT_MISSING', (await requestDeployment(lab)).run())
  t.regex(message, /package "tools" \(a\.sh, b\.sh\); application "editor" \(setup\)/)
})

test('a site receives the progress of a step and the end of the log, without secrets', async t => {
  await using lab = await openTestSite()
  await deploy(lab)
  const { run, computer } = await requestDeployment(lab)
  const { site } = await run()
  const client = lab.as(site.identity)
  const about = { run: site.run, number: 0, client: site.client, deployment: 'lab', time: NOW.toISOString() }
  await client.request('status', { messages: [{ ...about, event: 'sequenceStarted' }] })
  using live = liveProgress(computer, client, site)
  computer.masker.add('Tr0ub4dor')
  computer.report.log('debug', 'not worth a line')
  computer.report.log('warn', 'the password Tr0ub4dor is old')
  live.report(1, 4, 'bytes')
  await live.flush()
  t.like((await lab.administrator.request('overview', {})).runs[0], { progress: { done: 1, total: 4, unit: 'bytes' } })
  const { tail } = await lab.administrator.request('run', { run: site.run })
  t.is(tail.length, 1)
  t.regex(tail[0]!, /^\d\d:\d\d:\d\d warn: the password (?!Tr0ub4dor)/)
})

test('refusals of the site are reported in its own words', async t => {
  await using lab = await openTestSite()
  await deploy(lab)
  const { run } = await requestDeployment(lab)
  await lab.administrator.request('block', { id: 'medium-1', isBlocked: true })
  await failsWith(t, 'CERTIFICATE_BLOCKED', run())
  const expired = await lab.identity({ from: new Date(NOW.getTime() - 2e9), to: new Date(NOW.getTime() - 1e9) })
  const options = await contactOptions(lab, [lab.url])
  await failsWith(t, 'CERTIFICATE_EXPIRED', contactSite(atNow(), { ...options, identity: expired }))
  const stranger = await openTestSite()
  await failsWith(
    t,
    'AUTHORITY_UNTRUSTED',
    contactSite(atNow(), { ...options, authorities: stranger.access.authorities }),
  )
  await stranger[Symbol.asyncDispose]()
  await failsWith(t, 'CERTIFICATE_UNKNOWN', contactSite(atNow(), { ...options, identity: stranger.access }))
})

/** The contents of a site on a computer; the test provides `onProgress` and `sleep`. */
async function contentsAt(
  lab: TestSite,
  sleep: () => Promise<void> = async () => {},
  distributionPoints = [[`${lab.url}/content`]],
) {
  const identity = await lab.identity()
  const client = openSiteClient(lab.url, { authorities: lab.access.authorities, identity })
  const policy = await client.request('policy', { computer: computerIdentity() })
  await client.request('sequence', { id: 'lab', client: policy.client, revision: 1 })
  const computer = { ...atNow(), clock: fakeClock(NOW, sleep) }
  const requested: string[] = []
  const counted = {
    ...client,
    blob: (url: string, offset?: number) => {
      requested.push(url)
      return client.blob(url, offset)
    },
  }
  const source = blobSource({ computer, client: counted, distributionPoints })
  return {
    source,
    contents: distributionPointContents(source),
    computer,
    requested,
    [Symbol.dispose]: () => client[Symbol.dispose](),
  }
}
/** A file as it is published. */
async function publishedFile(lab: TestSite, data: Buffer) {
  const list: { sha256: string; size: number }[] = []
  let at = 0
  for (const { size } of await chunksOf(Readable.from([data]))) {
    list.push(await store(lab, data.subarray(at, at + size)))
    at += size
  }
  const sha256 = createHash('sha256').update(data).digest('hex')
  return { path: 'a.wim', size: data.length, sha256, chunks: await store(lab, encodeChunks(list)), count: list.length }
}

test('a download resumes when the distribution point returns', async t => {
  await using lab = await openTestSite()
  const data = randomBytes(40 << 20)
  const blob = await store(lab, data)
  await deploy(lab, {}, { contents: [{ kind: 'package', name: 'tool', files: [{ path: 'a', ...blob }] }] })
  let stopping: Promise<void> | undefined
  using here = await contentsAt(lab, async () => void (await stopping?.then(lab.start)))
  const to = join(scratch(), 'a')
  await here.contents.download({ path: 'a', ...blob }, to, {
    onProgress(done) {
      if (done > blob.size / 3) stopping ??= lab.stop()
    },
  })
  t.true(readFileSync(to).equals(data))
  t.regex(here.computer.console.shown, /The download was interrupted/)
  const nobody = { sha256: 'c'.repeat(64), size: 5 }
  await failsWith(t, 'CONTENT_MISSING', here.source.read(nobody))
})

test('equally near distribution points take turns, farther ones are unused, and a failed one is tried last', async t => {
  await using lab = await openTestSite()
  const data = randomBytes(30 << 20)
  const { count, ...file } = await publishedFile(lab, data)
  await deploy(lab, {}, { contents: [{ kind: 'operatingSystemImage', name: 'os', files: [file] }] })
  // What is on the disk is what all of them have.
  const [one, two, far] = [lab.url, await lab.addManagementPoint(), await lab.addManagementPoint()].map(
    each => `${each}/content`,
  )
  const down = `https://127.0.0.1:${await freePort()}/content`
  using here = await contentsAt(lab, undefined, [[one!, two!], [far!]])
  const to = join(scratch(), 'a')
  await here.contents.download(file, to, { onProgress() {} })
  t.true(readFileSync(to).equals(data))
  const requestsTo = (requested: readonly string[], point: string): number =>
    requested.filter(url => url.startsWith(new URL(point).origin)).length
  t.true(Math.abs(requestsTo(here.requested, one!) - requestsTo(here.requested, two!)) <= 1)
  t.is(requestsTo(here.requested, far!), 0)

  using other = await contentsAt(lab, undefined, [[down], [far!]])
  await other.contents.download(file, join(scratch(), 'a'), { onProgress() {} })
  // Once, and what was under way by then.
  t.true(requestsTo(other.requested, down) <= 5 && count > 10, `${requestsTo(other.requested, down)} of ${count}`)
  t.is(requestsTo(other.requested, far!), count + 1)
})

test('a large file is read in chunks at any offset, and only the requested chunks are downloaded', async t => {
  await using lab = await openTestSite()
  const data = randomBytes(20 << 20)
  const { count, ...file } = await publishedFile(lab, data)
  await deploy(lab, {}, { contents: [{ kind: 'operatingSystemImage', name: 'os', files: [file] }] })
  using here = await contentsAt(lab)
  const opened = (await here.contents.open(file))!
  t.is(opened.size, data.length)
  const middle = 10_000_123
  t.true(Buffer.from(await opened.read(middle, 2_500_000)).equals(data.subarray(middle, middle + 2_500_000)))
  t.true(here.requested.length < count / 2 + 4)
  t.true(Buffer.from(await opened.read(data.length - 10, 100)).equals(data.subarray(-10)))
  t.is((await opened.read(data.length, 10)).length, 0)
})

test('only changed chunks of a revised file are downloaded, and an interrupted download resumes', async t => {
  await using lab = await openTestSite()
  const older = randomBytes(20 << 20)
  const data = Buffer.concat([older.subarray(0, 9_000_000), Buffer.from('a few more bytes'), older.subarray(9_000_000)])
  const { count, ...file } = await publishedFile(lab, data)
  await deploy(lab, {}, { contents: [{ kind: 'package', name: 'tool', files: [file] }] })
  using here = await contentsAt(lab)
  const folder = scratch()
  writeFileSync(join(folder, 'older'), older)
  const options = { onProgress: () => {} }
  await here.contents.download(file, join(folder, 'revised'), { ...options, older: join(folder, 'older') })
  t.true(readFileSync(join(folder, 'revised')).equals(data))
  t.true(here.requested.length <= 1 + 3, `${here.requested.length} of ${count} blobs`)

  writeFileSync(join(folder, 'retry.part'), data.subarray(0, 15 << 20))
  const before = here.requested.length
  await here.contents.download(file, join(folder, 'retry'), options)
  t.true(readFileSync(join(folder, 'retry')).equals(data))
  t.true(here.requested.length - before < count / 2)
})
