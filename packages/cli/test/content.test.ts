import { createHash, randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { artifactOf, putManifests, registryStore } from '@bootwright/distribution-point'
import { openConnection, type SiteAccess } from '@bootwright/site-protocol'
import { needs } from '@bootwright/test-support'
import { startRegistry } from '@bootwright/test-support/servers'
import { openTestSite, published, type TestSite } from '@bootwright/test-support/site'
import test from 'ava'
import { runIn } from './io.ts'
import { scratch } from './scratch.ts'

const registers = needs(test, 'docker-registry')

/** Publishes a revision more, as plugin-site does. */
async function publish(lab: TestSite, data: Uint8Array): Promise<void> {
  const access: SiteAccess = lab.access
  using connection = openConnection({ authorities: access.authorities, identity: access })
  const place = registryStore(`${lab.url}/content`, connection)
  const steps = { sha256: createHash('sha256').update(data).digest('hex'), size: data.length }
  const write = (blob: { sha256: string; size: number }, bytes: Uint8Array): Promise<void> =>
    place.write(blob, (from, to) => Readable.from([bytes.subarray(from, to)]))
  await write(steps, data)
  const sequence = published({ steps })
  const { revision } = await lab.administrator.request('publish', sequence)
  const artifact = artifactOf(sequence, revision, [steps])
  await write(artifact.config, artifact.config.data)
  await putManifests(place, artifact)
}

registers(
  'contents are listed, carried by a folder to a registry, verified, and removed when they are old',
  async t => {
    await using lab = await openTestSite()
    using server = await startRegistry()
    const folder = await scratch(t)
    const registry = `http://127.0.0.1:${server.port}/lab`
    const access = ['--access', join(lab.folder, 'administrator.json')]
    const ok = async (...args: readonly string[]): Promise<string> => {
      const { code, stdout, stderr } = await runIn(folder, ['content', ...args, ...access])
      t.is(code, 0, stderr)
      return stdout
    }
    t.is(await ok('list'), '')
    const datas = [randomBytes(100_000), randomBytes(200_000), randomBytes(300_000)]
    for (const data of datas) await publish(lab, data)
    t.regex(
      await ok('list'),
      /^deploy\.r1 {2}deploy revision 1, 97\.\d KiB in 2 blobs\ndeploy\.r2 .*\ndeploy\.r3 .*\n$/,
    )

    t.regex(await ok('pull', 'carried', 'deploy.r3'), /copied 29\d\.\d KiB in 2 blobs/)
    t.regex(await ok('push', 'carried', '--to', registry), /copied 29\d\.\d KiB in 2 blobs/)
    t.regex(await ok('push', 'carried', '--to', registry), /copied 0 bytes in 0 blobs; the rest was already there/)
    t.regex(await ok('verify', registry), /^deploy\.r3 .*\n$/)
    t.regex(await ok('pull', 'all'), /in 6 blobs/)
    t.regex(await ok('push', 'all', '--to', registry), /in 4 blobs/)

    const unknown = await runIn(folder, ['content', 'push', 'carried', 'nothing', '--to', registry, ...access])
    t.is(unknown.code, 2)
    t.regex(unknown.stderr, /has no "nothing"; expected one of: deploy\.r3/)

    const largest = createHash('sha256').update(datas[2]!).digest('hex')
    await fs.appendFile(join(folder, 'carried/blobs/sha256', largest), 'x')
    const damaged = await runIn(folder, ['content', 'verify', 'carried', ...access])
    t.is(damaged.code, 4)
    t.regex(damaged.stdout, new RegExp(`damaged: sha256:${largest}, of deploy.r3`))

    lab.clock.now = new Date(Date.now() + 60_000)
    const trial = await ok('gc', registry, '--keep', '1', '--hours', '0', '--dry-run')
    t.regex(
      trial,
      /^- deploy revision 2\n- deploy revision 1\nwould free 29\d\.\d KiB of the site in 8 blobs\n- deploy\.r1 at http.*\n- deploy\.r2 at http.*\nwould free 29\d\.\d KiB of http/,
    )
    t.is(await ok('gc', registry, '--keep', '1', '--hours', '0'), trial.replaceAll('would free', 'freed'))
    t.regex(await ok('list'), /^deploy\.r3 .*\n$/)
    t.regex(await ok('verify'), /^deploy\.r3 .*\n$/)
    t.regex(await ok('verify', registry), /^deploy\.r3 .*\n$/)
    t.is(
      await ok('gc', registry, '--keep', '1', '--hours', '0'),
      `freed 0 bytes of the site in 0 blobs\nfreed 0 bytes of ${registry} in 0 blobs\n`,
    )
  },
)

test('invalid locations are reported', async t => {
  const folder = await scratch(t)
  for (const [args, code, pattern] of [
    [['list'], 2, /site\/administrator\.json cannot be read: ENOENT/],
    [['list', 'http://127.0.0.1:1/lab'], 1, /127\.0\.0\.1:1 cannot be reached/],
    [['list', 'nowhere'], 1, /nowhere is not an OCI image layout/],
    [['gc', '--keep', '0'], 2, /--keep 0: expected a number of at least 1/],
  ] as const) {
    const ran = await runIn(folder, ['content', ...args])
    t.is(ran.code, code, ran.stderr)
    t.regex(ran.stderr, pattern)
  }
})
