import { Readable } from 'node:stream'
import type { FinishedMedium, Target } from '@bootwright/api'
import { type Bytes, chunks, concat, digest, read, readText, slice } from '@bootwright/bytes'
import { contentBlobPath, readContent, STEPS_PATH } from '@bootwright/medium'
import {
  blobsOf,
  blobUrl,
  type Connection,
  hasBlob,
  openConnection,
  openSiteClient,
  type PublishedSequence,
  writeBlob,
} from '@bootwright/site-protocol'
import * as z from 'zod'
import { readAccess, type SiteAccess } from './access.ts'
import { SEQUENCE_PATH } from './media-type.ts'

export interface SiteTargetOptions {
  readonly access: string
  readonly distributionPoint?: string | undefined
}
const schema: z.ZodType<SiteTargetOptions> = z.strictObject({
  access: z.string().min(1).meta({ description: 'The administrator.json of the site, relative to the definition' }),
  distributionPoint: z
    .url({ protocol: /^https?$/ })
    .optional()
    .meta({
      description:
        'Where contents go: a repository of an OCI registry, as https://registry.example/images; the site itself when absent',
    }),
})

/** Publishes a task sequence: contents that the distribution point has not go there, then the site has a revision more. */
export const siteTarget: Target<SiteTargetOptions> = {
  schema,
  outputs: () => [],
  async plan({ options, folder, medium }) {
    const access = await readAccess(options.access, folder)
    const { blobs } = await publishedOf(medium)
    const bytes = concat([...blobs.values()])
    return {
      parts: [{ destination: destinationOf(access, medium), bytes }],
      facts: { 'distribution point': distributionPointOf(options, access), files: String(blobs.size) },
    }
  },
  async write(image, { options, folder, medium, progress, signal, log }) {
    const access = await readAccess(options.access, folder)
    const distributionPoint = distributionPointOf(options, access)
    const { published, blobs } = await publishedOf(medium)
    const [part] = image.parts
    const task = progress.start(`publish ${medium.name}`, part!.bytes.size, 'bytes')
    let [sent, done] = [0, 0]
    using connection = openConnection({ authorities: access.authorities, identity: access, signal })
    for (const [sha256, bytes] of blobs) {
      if (!(await hasBlob(connection, blobUrl(distributionPoint, sha256)))) {
        await send(connection, distributionPoint, { sha256, bytes }, now => task.report(done + now))
        sent += bytes.size
      }
      done += bytes.size
      task.report(done)
    }
    task.end()
    using client = openSiteClient(access.url, { authorities: access.authorities, identity: access, signal })
    const { revision, isNew } = await client.ask('publish', published)
    log.info(
      isNew
        ? `the site has revision ${revision} of "${published.name}" now`
        : `"${published.name}" is the same as revision ${revision}, which the site has`,
    )
    return [{ destination: part!.destination, size: part!.bytes.size, updated: sent }]
  },
}

const destinationOf = ({ url }: SiteAccess, { name }: FinishedMedium): string =>
  new URL(`/sequences/${encodeURIComponent(name)}`, url).href
const distributionPointOf = ({ distributionPoint }: SiteTargetOptions, { url }: SiteAccess): string =>
  distributionPoint ?? new URL('/content', url).href

const send = (
  connection: Connection,
  distributionPoint: string,
  { sha256, bytes }: { readonly sha256: string; readonly bytes: Bytes },
  onProgress: (sent: number) => void,
): Promise<void> =>
  writeBlob(
    connection,
    distributionPoint,
    { sha256, size: bytes.size, read: (from, to) => Readable.from(copies(slice(bytes, from, to))) },
    onProgress,
  )

/** A stream keeps several chunks, and each of {@link chunks} is only there until the next. */
async function* copies(bytes: Bytes): AsyncIterable<Uint8Array> {
  for await (const chunk of chunks(bytes)) yield Uint8Array.from(chunk)
}

async function publishedOf({
  tree,
}: FinishedMedium): Promise<{ readonly published: PublishedSequence; readonly blobs: ReadonlyMap<string, Bytes> }> {
  const file = (path: string): Bytes => {
    const entry = tree.get(path)
    if (entry?.kind === 'file') return entry.content
    throw new Error(`the target "site" takes media of type taskSequence, and this one has no ${path}`)
  }
  const steps = file(STEPS_PATH)
  const contents = await readContent(async path => (tree.has(path) ? await read(file(path)) : undefined))
  const published: PublishedSequence = {
    ...JSON.parse(await readText(file(SEQUENCE_PATH))),
    steps: { sha256: await digest(steps), size: steps.size },
    contents: JSON.parse(JSON.stringify(contents)),
  }
  const known = new Map([[published.steps.sha256, steps]])
  return {
    published,
    blobs: new Map(
      blobsOf(published).map(({ sha256 }) => [sha256, known.get(sha256) ?? file(contentBlobPath(sha256))]),
    ),
  }
}
