import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { artifactOf, putManifests, readArtifacts, registryStore } from '@bootwright/distribution-point'
import { blobFor, blobUrl, hasBlob, openConnection, writeBlob } from '@bootwright/site-protocol'
import { computer, openTestSite, published } from '@bootwright/test-support/site'
import test from 'ava'
import { declaration } from '../lab.ts'

test('contents can be read from any offset, and only by media whose computers got a task sequence with them', async t => {
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
  await t.throwsAsync(writeBlob(connection, point, wrong), { message: /did not accept the content/ })

  const medium = await lab.medium()
  const read = async (offset: number) => {
    const stream = await medium.blob(url, offset)
    return stream && (await buffer(stream))
  }
  t.is(await read(0), undefined)
  const contents = [{ kind: 'package' as const, name: 'tool', files: [{ path: 'a', size: data.length, sha256 }] }]
  await lab.administrator.request('publish', published({ contents }))
  t.is(await read(0), undefined)
  await lab.administrator.request('apply', { site: declaration(), isTrial: false })
  t.is(await read(0), undefined)
  const { client } = await medium.request('policy', { computer: computer() })
  await medium.request('sequence', { id: 'lab', client, revision: 1 })
  t.deepEqual(await read(0), data)
  t.deepEqual(await read(200_000), data.subarray(200_000))
  // No computer of the other medium got the task sequence.
  t.is(await (await lab.medium()).blob(url), undefined)
})

test('a manifest is stored only when its blobs are, and only administrators have access to manifests', async t => {
  await using lab = await openTestSite()
  const { authorities } = lab.access
  using connection = openConnection({ authorities, identity: lab.access })
  const store = registryStore(`${lab.url}/content`, connection)
  const data = Buffer.from('export default {}\n')
  const steps = blobFor(data)
  const artifact = artifactOf(published({ steps }), 1, [steps])
  await t.throwsAsync(putManifests(store, artifact), { message: /sha256:\w+ is missing; send it before the manifest/ })
  for (const each of [data, artifact.config.data]) await store.write(blobFor(each), () => Readable.from([each]))
  await putManifests(store, artifact)
  t.like((await readArtifacts(store))[0], { tag: 'deploy.r1', manifests: artifact.manifests })
  using other = openConnection({ authorities, identity: await lab.identity() })
  const medium = registryStore(`${lab.url}/content`, other)
  await t.throwsAsync(medium.tags(), { message: /status 403/ })
  await t.throwsAsync(medium.manifest(artifact.tag), { message: /status 403/ })
  await t.throwsAsync(medium.removeBlob(steps), { message: /status 403/ })
  await store.removeManifest(artifact.tag, artifact.manifests[0]!.sha256)
  t.deepEqual(await store.tags(), [])
})
