import { Readable } from 'node:stream'
import type { FinishedMedium, Library, SecretReference, Target } from '@bootwright/api'
import { type Bytes, chunks, concat, digest, fromMemory, read, readText, slice } from '@bootwright/bytes'
import { artifactOf, type ContentStore, putManifests, registryStore } from '@bootwright/distribution-point'
import { type ContentFile, type ContentItem, contentBlobPath, readContent, STEPS_PATH } from '@bootwright/medium-format'
import { secretReference } from '@bootwright/medium-format/options'
import {
  type Blob,
  CHUNKED_FROM,
  chunksOf,
  decodeChunks,
  encodeChunks,
  mainDistributionPoint,
  openConnection,
  openSiteClient,
  type PublishedSequence,
  type SiteAccess,
  withAccount,
} from '@bootwright/site-protocol'
import pMap from 'p-map'
import * as z from 'zod'
import { readAccess } from './access.ts'
import { SEQUENCE_PATH } from './media-type.ts'

export interface SiteTargetOptions {
  readonly access: string
  readonly distributionPoint?: string | undefined
  readonly account?: { readonly username: string; readonly password: SecretReference } | undefined
}
const schema: z.ZodType<SiteTargetOptions> = z.strictObject({
  access: z.string().min(1).meta({ description: 'The administrator.json of the site, relative to the definition' }),
  distributionPoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        'Where contents go: a repository of an OCI registry, as https://images.corp.example/lab; the first of the site when absent, which may be the site itself',
    }),
  account: z
    .strictObject({ username: z.string().min(1), password: secretReference })
    .optional()
    .meta({ description: 'Of the registry, for who writes there; computers read without one' }),
})

/** Requests at a time. */
const AT_ONCE = 8

/** Publishes a task sequence: contents that the distribution point has not go there, then the site has a revision more. */
export const siteTarget = (library: Library): Target<SiteTargetOptions> => ({
  schema,
  outputs: () => [],
  async plan({ options, folder, medium }) {
    const access = await readAccess(options.access, folder)
    const { blobs } = await publishedOf(medium, library)
    return {
      parts: [{ destination: destinationOf(access, medium), bytes: concat([...blobs.values()]) }],
      facts: { 'distribution point': options.distributionPoint ?? 'what the site says', blobs: String(blobs.size) },
    }
  },
  async write(image, { options, folder, medium, progress, signal, log, secret }) {
    const access = await readAccess(options.access, folder)
    using client = openSiteClient(access.url, { authorities: access.authorities, identity: access, signal })
    const distributionPoint = options.distributionPoint ?? (await mainDistributionPoint(client))
    const { published, blobs } = await publishedOf(medium, library)
    const [part] = image.parts
    const task = progress.start(`publish ${medium.name}`, part!.bytes.size, 'bytes')
    let [sent, done] = [0, 0]
    using connection = openConnection({ authorities: access.authorities, identity: access, signal })
    const account = options.account && {
      username: options.account.username,
      password: (await secret(options.account.password)).reveal(),
    }
    const place = registryStore(distributionPoint, withAccount(connection, account))
    const put = async (sha256: string, bytes: Bytes): Promise<void> => {
      if (!(await place.has({ sha256, size: bytes.size }))) {
        await send(place, { sha256, bytes })
        sent += bytes.size
      }
      done += bytes.size
      task.report(done)
    }
    await pMap(blobs, ([sha256, bytes]) => put(sha256, bytes), { concurrency: AT_ONCE, signal })
    task.end()
    const { revision, isNew } = await client.ask('publish', published)
    const artifact = artifactOf(
      published,
      revision,
      [...blobs].map(([sha256, { size }]) => ({ sha256, size })),
    )
    // What a registry keeps is what a tag leads to.
    const { config } = artifact
    await place.write(config, () => Readable.from([config.data]))
    await putManifests(place, artifact)
    log.info(
      isNew
        ? `the site has revision ${revision} of "${published.name}" now`
        : `"${published.name}" is the same as revision ${revision}, which the site has`,
    )
    return [{ destination: part!.destination, size: part!.bytes.size, updated: sent }]
  },
})

const destinationOf = ({ url }: SiteAccess, { name }: FinishedMedium): string =>
  new URL(`/sequences/${encodeURIComponent(name)}`, url).href
const send = (
  place: ContentStore,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: Bytes },
): Promise<void> =>
  place.write({ sha256, size: bytes.size }, (from, to) => Readable.from(copies(slice(bytes, from, to))))

/** A stream keeps several chunks, and each of {@link chunks} is only there until the next. */
async function* copies(bytes: Bytes): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks(bytes)) yield Uint8Array.from(chunk)
}

interface ToPublish {
  readonly published: PublishedSequence
  readonly blobs: ReadonlyMap<string, Bytes>
}

/** The sequence with its large files in chunks, and all that has to be at the distribution point. */
async function publishedOf({ tree }: FinishedMedium, library: Library): Promise<ToPublish> {
  const fileAt = (path: string): Bytes => {
    const entry = tree.get(path)
    if (entry?.kind === 'file') return entry.content
    throw new Error(`the target "site" takes media of type taskSequence, and this one has no ${path}`)
  }
  const blobs = new Map<string, Bytes>()
  const steps = fileAt(STEPS_PATH)
  const stepsDigest = await digest(steps)
  blobs.set(stepsDigest, steps)
  const contents: ContentItem[] = []
  for (const item of await readContent(async path => (tree.has(path) ? await read(fileAt(path)) : undefined))) {
    const files: ContentFile[] = []
    for (const { path, size, sha256 } of item.files) {
      const bytes = fileAt(contentBlobPath(sha256))
      if (size < CHUNKED_FROM) {
        blobs.set(sha256, bytes)
        files.push({ path, size, sha256 })
      } else files.push({ path, size, sha256, chunks: await addChunks(blobs, bytes, sha256, library) })
    }
    contents.push({ ...JSON.parse(JSON.stringify(item)), files })
  }
  const published: PublishedSequence = {
    ...JSON.parse(await readText(fileAt(SEQUENCE_PATH))),
    steps: { sha256: stepsDigest, size: steps.size },
    contents,
  }
  return { published, blobs }
}

/** Where a file is cut is found once. */
async function addChunks(blobs: Map<string, Bytes>, bytes: Bytes, sha256: string, library: Library): Promise<Blob> {
  const written = await library.file({ name: 'chunks', inputs: { format: 1, sha256 } }, async () =>
    fromMemory(encodeChunks(await chunksOf(chunks(bytes)))),
  )
  let at = 0
  for (const chunk of decodeChunks(await read(written))) {
    blobs.set(chunk.sha256, slice(bytes, at, at + chunk.size))
    at += chunk.size
  }
  const list = { sha256: await digest(written), size: written.size }
  blobs.set(list.sha256, written)
  return list
}
