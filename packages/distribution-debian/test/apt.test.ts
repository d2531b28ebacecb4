import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch, whereIs } from '@bootwright/test-support'
import test from 'ava'
import { type Apt, openApt } from '../src/apt.ts'
import { packageOf } from '../src/package-list.ts'
import { faultOf } from './fault.ts'
import { openRepository } from './repository.ts'

const asks = needs(test, 'apt-get', 'apt-cache', 'dpkg-deb').serial
const serial = needs(test, 'sh', 'env').serial
const PATH = process.env.PATH
test.afterEach.always(() => {
  process.env.PATH = PATH
})

async function open(
  folder = scratch(),
  architecture = 'amd64',
  signal = new AbortController().signal,
): Promise<Apt & { readonly failures: string[] }> {
  const failures: string[] = []
  return { failures, ...(await openApt(folder, architecture, { signal, onFailure: text => failures.push(text) })) }
}
const PACKAGES = [
  { name: 'one', version: '1:1.0-1', architecture: 'amd64', content: { './bin/one': 'one' } },
  { name: 'one', version: '2.0-1', architecture: 'arm64' },
  { name: 'two', version: '2+b1', architecture: 'all', depends: 'one (= 1:1.0-1)' },
]

asks('packages of the configured sources are shown and downloaded', async t => {
  await openRepository().publish(PACKAGES)
  const apt = await open()
  t.deepEqual(await apt.show(['one']), [])
  await apt.update()
  const [two, one] = await apt.show(['two', 'one=1:1.0-1'])
  t.like(packageOf(two!), { name: 'two', version: '2+b1', architecture: 'all' })
  t.is(two?.get('depends'), 'one (= 1:1.0-1)')
  t.like(packageOf(one!), { name: 'one', version: '1:1.0-1', architecture: 'amd64' })
  const folder = scratch()
  t.true(await apt.download(['one=1:1.0-1', 'two=2+b1'], folder))
  t.deepEqual(readdirSync(folder).sort(), ['one_1%3a1.0-1_amd64.deb', 'two_2+b1_all.deb'])
  t.deepEqual(apt.failures, [])
})

asks('another architecture than that of the build machine is supported', async t => {
  await openRepository().publish(PACKAGES)
  for (const [architecture, version] of [
    ['amd64', '1:1.0-1'],
    ['arm64', '2.0-1'],
  ] as const) {
    const apt = await open(undefined, architecture)
    await apt.update()
    const [one] = await apt.show(['one'])
    t.like(packageOf(one!), { architecture, version })
    t.true(await apt.download([`one=${version}`], scratch()))
  }
})

asks('unknown packages are omitted and cannot be downloaded', async t => {
  await openRepository().publish(PACKAGES)
  const apt = await open()
  await apt.update()
  t.deepEqual(
    (await apt.show(['three', 'two'])).map(stanza => stanza.get('package')),
    ['two'],
  )
  t.deepEqual(await apt.show(['three']), [])
  t.deepEqual(await apt.show(['one=9']), [])
  t.false(await apt.download(['one=9'], scratch()))
  t.regex(apt.failures.join(), /Version '9' for 'one' was not found/)
})

asks('the newest of several versions is shown', async t => {
  await openRepository().publish([...PACKAGES, { name: 'two', version: '10', architecture: 'amd64' }])
  const apt = await open()
  await apt.update()
  t.deepEqual(
    (await apt.show(['two'])).map(stanza => stanza.get('version')),
    ['10'],
  )
})

asks("the system's lists, cache and hooks are unaffected", async t => {
  const repository = openRepository()
  await repository.publish(PACKAGES)
  const folder = scratch()
  const apt = await open(folder)
  await apt.update()
  await apt.show(['one'])
  await apt.download(['one'], scratch())
  t.deepEqual(repository.traces(), [])
  t.true(readdirSync(join(folder, 'amd64', 'lists')).length > 2)
})

asks('failed sources are reported and do not fail the update', async t => {
  const repository = openRepository()
  await repository.publish(PACKAGES)
  const sources = join(process.env.APT_CONFIG!, '../sources.list')
  writeFileSync(sources, 'deb copy:/nowhere ./\n')
  const apt = await open()
  await apt.update()
  t.is(apt.failures.length, 1)
  t.deepEqual(await apt.show(['one']), [])
})

asks('a folder name may contain a space or a quote', async t => {
  await openRepository().publish(PACKAGES)
  const folder = join(scratch(), `a "b" 'c' d`)
  const apt = await open(folder)
  await apt.update()
  t.is((await apt.show(['one'])).length, 1)
  t.true(existsSync(join(folder, 'amd64', 'lists')))
})

/** Puts a program in the place of apt-get, and nothing else on the PATH but what a script needs. */
function insteadOfApt(script?: string): string {
  const folder = scratch()
  for (const name of ['sh', 'env', 'sleep']) symlinkSync(whereIs(name)!, join(folder, name))
  if (script !== undefined) {
    writeFileSync(join(folder, 'apt-get'), `#!/bin/sh\n${script}\n`)
    chmodSync(join(folder, 'apt-get'), 0o755)
  }
  process.env.PATH = folder
  return folder
}
const HELD = 'echo "E: Could not get lock lists/lock. It is held by process 1 (apt-get)" >&2; exit 100'

serial('a machine without apt is refused', async t => {
  const apt = await open()
  insteadOfApt()
  t.like(await faultOf(() => apt.update()), { code: 'APT_MISSING', subject: 'apt-get' })
  t.like(await faultOf(() => apt.show(['one'])), { code: 'APT_MISSING', subject: 'apt-cache' })
  t.like(await faultOf(() => apt.download(['one'], scratch())), { code: 'APT_MISSING', subject: 'apt-get' })
  process.env.PATH = scratch()
  t.is((await faultOf(() => apt.update())).code, 'APT_MISSING')
})

serial('the update waits while another build fetches the lists', async t => {
  const folder = insteadOfApt(`[ -e "$0.asked" ] && exit 0; : >"$0.asked"; ${HELD}`)
  const apt = await open()
  await apt.update()
  t.true(existsSync(join(folder, 'apt-get.asked')))
  t.deepEqual(apt.failures, [])
})

serial('cancelling ends the wait', async t => {
  insteadOfApt(HELD)
  const controller = new AbortController()
  const apt = await open(undefined, undefined, controller.signal)
  const reason = new Error('stop')
  const updating = apt.update()
  setTimeout(() => controller.abort(reason), 300)
  const error = await t.throwsAsync(updating)
  t.true(error === reason || error.cause === reason)
})

serial('a cancelled download writes nothing more', async t => {
  const into = scratch()
  const controller = new AbortController()
  insteadOfApt(`: >started; trap 'sleep 0.3; : >late; exit 1' TERM; while :; do sleep 0.1; done`)
  const apt = await open(undefined, undefined, controller.signal)
  const downloading = apt.download(['one'], into)
  const asking = setInterval(() => existsSync(join(into, 'started')) && controller.abort(new Error('stop')), 10)
  const error = await t.throwsAsync(downloading)
  clearInterval(asking)
  t.is(error?.message, 'stop')
  t.deepEqual(readdirSync(into).sort(), ['late', 'started'])
})
