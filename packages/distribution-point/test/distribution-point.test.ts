import { execFileSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { blobFor, openConnection, type PublishedSequence, withAccount } from '@bootwright/site-protocol'
import { needs, scratch } from '@bootwright/test-support'
import { ACCOUNT, startRegistry } from '@bootwright/test-support/servers'
import test from 'ava'
import {
  artifactOf,
  type ContentStore,
  copyArtifacts,
  folderStore,
  putManifests,
  readArtifacts,
  registryStore,
  removeArtifacts,
  tagOf,
  verifyArtifacts,
} from '../src/index.ts'

const withRegistry = needs(test, 'docker-registry')
const withSkopeo = needs(test, 'skopeo')

const published = (name: string): PublishedSequence => ({
  name,
  platform: 'linux',
  architecture: 'x64',
  sequence: { secret: 'Tr0ub4dor' },
  variables: { Password: { value: 'Tr0ub4dor', isSecret: true } },
  steps: { sha256: 'a'.repeat(64), size: 3 },
  contents: [],
})

/** Publishes a revision with these blobs to a store. */
async function publish(
  store: ContentStore,
  name: string,
  revision: number,
  contents: readonly Uint8Array[],
): Promise<void> {
  const artifact = artifactOf(published(name), revision, contents.map(blobFor))
  for (const data of [...contents, artifact.config.data])
    await store.write(blobFor(data), (from, to) => Readable.from([data.subarray(from, to)]))
  await putManifests(store, artifact)
}
const [shared, first, second] = [randomBytes(300_000), randomBytes(2000), randomBytes(3000)]

withRegistry('contents are copied between registries and folders; only missing blobs are sent', async t => {
  using server = await startRegistry()
  using connection = openConnection({ authorities: [] })
  const registry = registryStore(`http://127.0.0.1:${server.port}/lab/images`, connection)
  t.deepEqual(await registry.tags(), [])
  await publish(registry, 'Deploy', 1, [shared, first])
  await publish(registry, 'Deploy', 2, [shared, second])
  const artifacts = await readArtifacts(registry)
  t.deepEqual(
    artifacts.map(({ tag, revision }) => [tag, revision]),
    [
      ['Deploy.r1', 1],
      ['Deploy.r2', 2],
    ],
  )
  const folder = scratch()
  const layout = folderStore(folder)
  const one = await copyArtifacts(registry, layout, [artifacts[0]!])
  t.like(one, { blobs: 3 })
  const two = await copyArtifacts(registry, layout, artifacts)
  // The second revision's own blob and its configuration.
  t.is(two.blobs, 2)
  t.true(two.bytes < second.length + 2000, `${two.bytes}`)
  t.like(await copyArtifacts(registry, layout, artifacts), { blobs: 0, bytes: 0 })
  t.deepEqual(await readArtifacts(layout), artifacts)
  for (const file of await fs.readdir(join(folder, 'blobs/sha256')))
    t.notRegex(await fs.readFile(join(folder, 'blobs/sha256', file), 'latin1'), /Tr0ub4dor/)

  const back = registryStore(`http://127.0.0.1:${server.port}/other`, connection)
  await copyArtifacts(layout, back, artifacts)
  t.deepEqual(await readArtifacts(back, ['Deploy.r2']), [artifacts[1]!])
  t.deepEqual(await verifyArtifacts(back, artifacts), [])
})

withRegistry('a registry that requires an account gets it; a missing or wrong one fails', async t => {
  using server = await startRegistry({ requiresAccount: true })
  using connection = openConnection({ authorities: [] })
  const url = `http://127.0.0.1:${server.port}/lab`
  const store = registryStore(url, withAccount(connection, ACCOUNT))
  await publish(store, 'Deploy', 1, [shared, first])
  t.is((await readArtifacts(store)).length, 1)
  for (const account of [undefined, { ...ACCOUNT, password: 'wrong' }]) {
    const other = registryStore(url, withAccount(connection, account))
    await t.throwsAsync(other.tags(), { message: /status 401/ })
    await t.throwsAsync(
      other.write(blobFor(first), () => Readable.from([first])),
      { message: /status 401/ },
    )
  }
})

test('verification reads every blob and names missing and damaged ones with the tags that reference them', async t => {
  const folder = scratch()
  const store = folderStore(folder)
  await publish(store, 'Deploy', 1, [shared, first])
  await publish(store, 'Deploy', 2, [shared, second])
  const artifacts = await readArtifacts(store)
  t.deepEqual(await verifyArtifacts(store, artifacts), [])
  await t.throwsAsync(readArtifacts(folderStore(join(folder, 'other'))), { message: /is not an OCI image layout/ })
  await t.throwsAsync(fs.access(join(folder, 'other')))
  const pathOf = (data: Uint8Array): string => join(folder, 'blobs/sha256', blobFor(data).sha256)
  await fs.rm(pathOf(first))
  const damaged = Buffer.from(shared)
  damaged[1000]! ^= 1
  await fs.writeFile(pathOf(shared), damaged)
  const faults = await verifyArtifacts(store, artifacts)
  t.deepEqual(
    new Set(faults),
    new Set([
      { sha256: blobFor(first).sha256, fault: 'missing', tags: ['Deploy.r1'] },
      { sha256: blobFor(shared).sha256, fault: 'damaged', tags: ['Deploy.r1', 'Deploy.r2'] },
    ]),
  )
  await t.throwsAsync(copyArtifacts(store, folderStore(scratch()), artifacts))
  await fs.appendFile(join(folder, 'blobs/sha256', artifacts[0]!.manifests[0]!.sha256), ' ')
  await t.throwsAsync(readArtifacts(store), { message: /Deploy\.r1 is damaged/ })
})

withRegistry(
  'removing an artifact removes the blobs that no other one references, in folders and registries',
  async t => {
    using server = await startRegistry()
    using connection = openConnection({ authorities: [] })
    const stores = [folderStore(scratch()), registryStore(`http://127.0.0.1:${server.port}/lab`, connection)]
    for (const store of stores) {
      await publish(store, 'Deploy', 1, [shared, first])
      await publish(store, 'Deploy', 2, [shared, second])
      const [old, remaining] = await readArtifacts(store)
      const trial = await removeArtifacts(store, [old!], [remaining!], { isTrial: true })
      t.is((await store.tags()).length, 2)
      t.deepEqual(await removeArtifacts(store, [old!], [remaining!], { isTrial: false }), trial)
      // Its own blob, configuration, manifest and index.
      t.is(trial.blobs, 4)
      t.deepEqual(await store.tags(), ['Deploy.r2'])
      t.false(await store.has(blobFor(first)))
      t.deepEqual(await verifyArtifacts(store, [remaining!]), [])
    }
  },
)

withSkopeo('skopeo copies what was written', async t => {
  const [from, to] = [scratch(), scratch()]
  const store = folderStore(from)
  await publish(store, 'Deploy', 1, [shared, first])
  execFileSync('skopeo', ['copy', '--all', `oci:${from}:Deploy.r1`, `oci:${to}:Deploy.r1`], { stdio: 'pipe' })
  const copied = folderStore(to)
  const artifacts = await readArtifacts(copied)
  t.deepEqual(artifacts, await readArtifacts(store))
  t.deepEqual(await verifyArtifacts(copied, artifacts), [])
})

test('names that are not valid tags get unique tags', t => {
  t.is(tagOf('Deploy-2.1', 3), 'Deploy-2.1.r3')
  const tags = ['Déploiement', 'Deploiement', 'De ploiement', 'De/ploiement', '日本', '日'].map(each => tagOf(each, 1))
  t.is(new Set(tags).size, tags.length)
  for (const tag of tags) t.regex(tag, /^[\w][\w.-]{0,127}$/)
})

test('a revision with many blobs is split into manifests that registries accept', t => {
  const many = Array.from({ length: 40_000 }, (_, index) => ({
    sha256: index.toString(16).padStart(64, '0'),
    size: 1 << 20,
  }))
  const { manifests, blobs } = artifactOf(published('Large'), 1, many)
  t.is(manifests.length, 4)
  t.is(blobs.length, 40_001)
  for (const { size } of manifests) t.true(size < 4 << 20, `${size}`)
})
