import { Readable } from 'node:stream'
import type { FinishedMedium, Library, SecretReference, Target } from '@bootwright/api'
import { type Bytes, chunks, concat, digest, fromMemory, read, readText, slice } from '@bootwright/bytes'
import { artifactOf, type ContentStore, putManifests, registryStore } from '@bootwright/distribution-point'
import { type ContentFile, type ContentItem, contentBlobPath, readContent, STEPS_PATH } from '@bootwright/medium-format'
import { secretReference } from '@bootwright/medium-format/options'
import {
  type Blob,
  CHUNKING_THRESHOLD,
  chunksOf,
  decodeChunks,
  encodeChunks,
  httpUrl,
  mainDistributionPoint,
  openConnection,
  openSiteClient,
  type PublishedSequence,
  readAccess,
  type SiteAccess,
  withAccount,
} from '@bootwright/site-protocol'
import pMap from 'p-map'
import * as z from 'zod'
import { SEQUENCE_PATH } from './media-type.ts'

export interface SiteTargetOptions {
  readonly access: string
  readonly distributionPoint?: string | undefined
  readonly account?: { readonly username: string; readonly password: SecretReference } | undefined
}
const schema: z.ZodType<SiteTargetOptions> = z.strictObject({
  access: z.string().min(1).meta({ description: 'The administrator.json of the site, relative to the definition' }),
  distributionPoint: httpUrl.optional().meta({
    description:
      'Repository of an OCI registry that contents are sent to, for example https://images.corp.example/lab; by default the first distribution point of the site, which may be the site itself',
  }),
  account: z
    .strictObject({ username: z.string().min(1), password: secretReference })
    .optional()
    .meta({ description: 'Account with write access to the registry; computers read without one' }),
})

/** Parallel requests. */
const CONCURRENCY = 8

/** The target `site`: sends the contents that the distribution point lacks, then publishes the task sequence as a new revision. */
export const siteTarget = (library: Library): Target<SiteTargetOptions> => ({
  schema,
  outputs: () => [],
  async plan({ options, folder, medium }) {
    const access = await readAccess(options.access, folder)
    const { blobs } = await createPublication(medium, library)
    return {
      parts: [{ destination: destinationOf(access, medium), bytes: concat([...blobs.values()]) }],
      facts: { 'distribution point': options.distributionPoint ?? 'chosen by the site', blobs: String(blobs.size) },
    }
  },
  async write(image, { options, folder, medium, progress, signal, log, secret }) {
    const access = await readAccess(options.access, folder)
    using client = openSiteClient(access.url, { authorities: access.authorities, identity: access, signal })
    const distributionPoint = options.distributionPoint ?? (await mainDistributionPoint(client))
    const { published, blobs } = await createPublication(medium, library)
    const [part] = image.parts
    const task = progress.start(`publish ${medium.name}`, part!.bytes.size, 'bytes')
    let [sent, completed] = [0, 0]
    using connection = openConnection({ authorities: access.authorities, identity: access, signal })
    const account = options.account && {
      username: options.account.username,
      password: (await secret(options.account.password)).reveal(),
    }
    const store = registryStore(distributionPoint, withAccount(connection, account))
    const put = async (sha256: string, bytes: Bytes): Promise<void> => {
      if (!(await store.has({ sha256, size: bytes.size }))) {
        await send(store, { sha256, bytes })
        sent += bytes.size
      }
      completed += bytes.size
      task.report(completed)
    }
    await pMap(blobs, ([sha256, bytes]) => put(sha256, bytes), { concurrency: CONCURRENCY, signal })
    task.end()
    const { revision, isNew } = await client.request('publish', published)
    const artifact = artifactOf(
      published,
      revision,
      [...blobs].map(([sha256, { size }]) => ({ sha256, size })),
    )
    // Registries delete blobs that no tag leads to.
    const { config } = artifact
    await store.write(config, () => Readable.from([config.data]))
    await putManifests(store, artifact)
    log.info(
      isNew
        ? `published revision ${revision} of "${published.name}"`
        : `"${published.name}" is unchanged since revision ${revision}`,
    )
    return [{ destination: part!.destination, size: part!.bytes.size, updated: sent }]
  },
})

const destinationOf = ({ url }: SiteAccess, { name }: FinishedMedium): string =>
  new URL(`/sequences/${encodeURIComponent(name)}`, url).href
const send = (
  store: ContentStore,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: Bytes },
): Promise<void> =>
  store.write({ sha256, size: bytes.size }, (from, to) => Readable.from(copies(slice(bytes, from, to))))

/** Streams buffer several chunks, and {@link chunks} reuses its memory for each. */
async function* copies(bytes: Bytes): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks(bytes)) yield Uint8Array.from(chunk)
}

/** What is sent: the sequence to the management point, the blobs to the distribution point. */
interface Publication {
  readonly published: PublishedSequence
  readonly blobs: ReadonlyMap<string, Bytes>
}

/** Collects the sequence and its blobs, with large files in chunks. */
async function createPublication({ tree }: FinishedMedium, library: Library): Promise<Publication> {
  const fileAt = (path: string): Bytes => {
    const entry = tree.get(path)
    if (entry?.kind === 'file') return entry.content
    throw new Error(`the target "site" accepts only media of type taskSequence: ${path} is missing`)
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
      if (size < CHUNKING_THRESHOLD) {
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

/** Adds the chunks of a file and returns their list, which is cached in the content library. */
async function addChunks(blobs: Map<string, Bytes>, bytes: Bytes, sha256: string, library: Library): Promise<Blob> {
  const encoded = await library.file({ name: 'chunks', inputs: { format: 1, sha256 } }, async () =>
    fromMemory(encodeChunks(await chunksOf(chunks(bytes)))),
  )
  let at = 0
  for (const chunk of decodeChunks(await read(encoded))) {
    blobs.set(chunk.sha256, slice(bytes, at, at + chunk.size))
    at += chunk.size
  }
  const list = { sha256: await digest(encoded), size: encoded.size }
  blobs.set(list.sha256, encoded)
  return list
}
