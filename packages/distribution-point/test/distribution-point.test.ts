import { execFileSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Blob, openConnection, type PublishedSequence, withAccount } from '@bootwright/site-protocol'
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

const registers = needs(test, 'docker-registry')
const copies = needs(test, 'skopeo')

const blobOf = (data: Uint8Array): Blob => ({
  sha256: createHash('sha256').update(data).digest('hex'),
  size: data.length,
})
const published = (name: string): PublishedSequence => ({
  name,
  platform: 'linux',
  architecture: 'x64',
  sequence: { secret: 'Tr0ub4dor' },
  variables: { Password: { value: 'Tr0ub4dor', isSecret: true } },
  steps: { sha256: 'a'.repeat(64), size: 3 },
  contents: [],
})

/** Puts a revision with these blobs there, as a publisher does. */
async function publish(
  place: ContentStore,
  name: string,
  revision: number,
  datas: readonly Uint8Array[],
): Promise<void> {
  const artifact = artifactOf(published(name), revision, datas.map(blobOf))
  for (const data of [...datas, artifact.config.data])
    await place.write(blobOf(data), (from, to) => Readable.from([data.subarray(from, to)]))
  await putManifests(place, artifact)
}
const [shared, first, second] = [randomBytes(300_000), randomBytes(2000), randomBytes(3000)]
const sum = (...datas: readonly Uint8Array[]): number => datas.reduce((all, { length }) => all + length, 0)

registers('contents are copied between registries and folders, and only what is missing travels', async t => {
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
  // The second revision's own, and what describes it.
  t.is(two.blobs, 2)
  t.true(two.bytes < sum(second) + 2000, `${two.bytes}`)
  t.like(await copyArtifacts(registry, layout, artifacts), { blobs: 0, bytes: 0 })
  t.deepEqual(await readArtifacts(layout), artifacts)
  for (const file of await fs.readdir(join(folder, 'blobs/sha256')))
    t.notRegex(await fs.readFile(join(folder, 'blobs/sha256', file), 'latin1'), /Tr0ub4dor/)

  const back = registryStore(`http://127.0.0.1:${server.port}/other`, connection)
  await copyArtifacts(layout, back, artifacts)
  t.deepEqual(await readArtifacts(back, ['Deploy.r2']), [artifacts[1]!])
  t.deepEqual(await verifyArtifacts(back, artifacts), [])
})

registers('a registry that asks for an account gets it, and says when it is wrong', async t => {
  using server = await startRegistry({ asksForAccount: true })
  using connection = openConnection({ authorities: [] })
  const url = `http://127.0.0.1:${server.port}/lab`
  const place = registryStore(url, withAccount(connection, ACCOUNT))
  await publish(place, 'Deploy', 1, [shared, first])
  t.is((await readArtifacts(place)).length, 1)
  for (const account of [undefined, { ...ACCOUNT, password: 'wrong' }]) {
    const other = registryStore(url, withAccount(connection, account))
    await t.throwsAsync(other.tags(), { message: /status 401/ })
    await t.throwsAsync(
      other.write(blobOf(first), () => Readable.from([first])),
      { message: /status 401/ },
    )
  }
})

test('every blob is read, and what is missing or damaged is named with who needs it', async t => {
  const folder = scratch()
  const place = folderStore(folder)
  await publish(place, 'Deploy', 1, [shared, first])
  await publish(place, 'Deploy', 2, [shared, second])
  const artifacts = await readArtifacts(place)
  t.deepEqual(await verifyArtifacts(place, artifacts), [])
  await t.throwsAsync(readArtifacts(folderStore(join(folder, 'other'))), { message: /has no OCI image layout/ })
  await t.throwsAsync(fs.access(join(folder, 'other')))
  const pathOf = (data: Uint8Array): string => join(folder, 'blobs/sha256', blobOf(data).sha256)
  await fs.rm(pathOf(first))
  const damaged = Buffer.from(shared)
  damaged[1000]! ^= 1
  await fs.writeFile(pathOf(shared), damaged)
  const faults = await verifyArtifacts(place, artifacts)
  t.deepEqual(
    new Set(faults),
    new Set([
      { sha256: blobOf(first).sha256, fault: 'missing', tags: ['Deploy.r1'] },
      { sha256: blobOf(shared).sha256, fault: 'damaged', tags: ['Deploy.r1', 'Deploy.r2'] },
    ]),
  )
  await t.throwsAsync(copyArtifacts(place, folderStore(scratch()), artifacts))
  await fs.appendFile(join(folder, 'blobs/sha256', artifacts[0]!.manifests[0]!.sha256), ' ')
  await t.throwsAsync(readArtifacts(place), { message: /Deploy\.r1 is damaged/ })
})

registers('what is removed takes what it alone needs with it, from folders and from registries', async t => {
  using server = await startRegistry()
  using connection = openConnection({ authorities: [] })
  const places = [folderStore(scratch()), registryStore(`http://127.0.0.1:${server.port}/lab`, connection)]
  for (const place of places) {
    await publish(place, 'Deploy', 1, [shared, first])
    await publish(place, 'Deploy', 2, [shared, second])
    const [old, kept] = await readArtifacts(place)
    const trial = await removeArtifacts(place, [old!], [kept!], { isTrial: true })
    t.is((await place.tags()).length, 2)
    t.deepEqual(await removeArtifacts(place, [old!], [kept!], { isTrial: false }), trial)
    // Its blob, its configuration, its manifest and its index.
    t.is(trial.blobs, 4)
    t.deepEqual(await place.tags(), ['Deploy.r2'])
    t.false(await place.has(blobOf(first)))
    t.deepEqual(await verifyArtifacts(place, [kept!]), [])
  }
})

copies('other tools read what is written', async t => {
  const [from, to] = [scratch(), scratch()]
  const place = folderStore(from)
  await publish(place, 'Deploy', 1, [shared, first])
  execFileSync('skopeo', ['copy', '--all', `oci:${from}:Deploy.r1`, `oci:${to}:Deploy.r1`], { stdio: 'pipe' })
  const copied = folderStore(to)
  const artifacts = await readArtifacts(copied)
  t.deepEqual(artifacts, await readArtifacts(place))
  t.deepEqual(await verifyArtifacts(copied, artifacts), [])
})

test('names that registries do not take get tags of their own', t => {
  t.is(tagOf('Deploy-2.1', 3), 'Deploy-2.1.r3')
  const tags = ['Déploiement', 'Deploiement', 'De ploiement', 'De/ploiement', '日本', '日'].map(each => tagOf(each, 1))
  t.is(new Set(tags).size, tags.length)
  for (const tag of tags) t.regex(tag, /^[\w][\w.-]{0,127}$/)
})

test('a manifest that registries take has so many layers at most', t => {
  const many = Array.from({ length: 40_000 }, (_, index) => ({
    sha256: index.toString(16).padStart(64, '0'),
    size: 1 << 20,
  }))
  const { manifests, blobs } = artifactOf(published('Large'), 1, many)
  t.is(manifests.length, 4)
  t.is(blobs.length, 40_001)
  for (const { size } of manifests) t.true(size < 4 << 20, `${size}`)
})
