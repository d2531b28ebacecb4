import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { type Blob, blobUrl, type SiteClient } from '@bootwright/site-protocol'
import { AgentError, messageOf } from '../errors.ts'
import type { FileDigest, VolumeFiles } from '../medium/storage.ts'
import type { Target } from '../target.ts'

export interface NetworkVolumeOptions {
  readonly target: Pick<Target, 'report' | 'clock' | 'system'>
  readonly client: SiteClient
  /** In the order in which they are asked. */
  readonly distributionPoints: readonly string[]
  /** What there may be, with its sizes. */
  readonly blobs: readonly Blob[]
  /** Where what was downloaded is. */
  readonly folder: () => Promise<string>
  readonly onProgress: (done: number, total: number) => void
}

/** Contents of distribution points, as one more volume: a file is there when it was downloaded, and it was judged by then. */
export interface NetworkVolume extends Pick<VolumeFiles, 'digest' | 'path'> {
  /** Downloads a blob to that place. Throws {@link AgentError} `CONTENT_MISSING` or `SITE_UNREACHABLE`. */
  download(blob: Blob, to: string): Promise<void>
}

const BLOB_PATH = /^content\/blobs\/sha256\/([\da-f]{64})$/
/** How long nothing may come before it is given up. Seconds. */
const PATIENCE = 600
/** Between two tries, growing. Seconds. */
const PAUSES = [1, 2, 5, 10, 20, 30]
/** A node of the network that says so without the content is asked no more. */
const ENOSPC = 'ENOSPC'

export function networkVolume({
  target,
  client,
  distributionPoints,
  blobs,
  folder,
  onProgress,
}: NetworkVolumeOptions): NetworkVolume {
  const sizes = new Map(blobs.map(({ sha256, size }) => [sha256, size]))
  const judged = new Map<string, FileDigest>()
  const { report, clock, system } = target

  const download = async ({ sha256, size }: Blob, to: string): Promise<void> => {
    await mkdir(dirname(to), { recursive: true })
    const part = `${to}.part`
    let lastHeard = clock.now().getTime()
    for (let failures = 0; ; failures += 1) {
      let missing = 0
      let problem: unknown
      for (const point of distributionPoints) {
        const begun = await hashOf(part)
        if (begun.size > size) await rm(part, { force: true })
        try {
          const from = begun.size > size ? 0 : begun.size
          const hash = from === 0 ? createHash('sha256') : begun.hash
          const end = from === size ? from : await receive(point, { sha256, size }, part, from, hash)
          if (end === undefined) {
            missing += 1
            continue
          }
          if (end > from) {
            lastHeard = clock.now().getTime()
            failures = 0
          }
          if (end < size) {
            problem = new Error(`${new URL(point).host} ended in the middle`)
            continue
          }
          if (hash.digest('hex') === sha256) {
            await rename(part, to)
            return
          }
          await rm(part, { force: true })
          problem = new Error(`what ${new URL(point).host} sent is not what was asked for`)
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === ENOSPC) throw error
          problem = error
        }
      }
      if (missing === distributionPoints.length)
        throw new AgentError(
          'CONTENT_MISSING',
          `no distribution point has sha256:${sha256} (${distributionPoints.join(', ')}); publish the sequence again`,
        )
      if (clock.now().getTime() - lastHeard > PATIENCE * 1000)
        throw new AgentError('SITE_UNREACHABLE', `no distribution point can be read: ${messageOf(problem)}`)
      const seconds = PAUSES[Math.min(failures, PAUSES.length - 1)]!
      report.tell('warn', 'downloadInterrupted', { error: messageOf(problem), seconds })
      await clock.sleep(seconds * 1000)
      await system.connect().catch(() => {})
    }
  }

  /** Appends what comes to the file. Bytes that are there then; undefined when that point has it not. */
  const receive = async (
    point: string,
    { sha256, size }: Blob,
    part: string,
    from: number,
    hash: Hash,
  ): Promise<number | undefined> => {
    const stream = await client.blob(blobUrl(point, sha256), from)
    if (!stream) return undefined
    let done = from
    const count = new Transform({
      transform(chunk: Uint8Array, _, next) {
        const room = chunk.subarray(0, size - done)
        hash.update(room)
        done += room.length
        onProgress(done, size)
        next(null, room)
      },
    })
    await pipeline(stream, count, createWriteStream(part, { flags: from === 0 ? 'w' : 'a' })).catch(error => {
      if (error.code === ENOSPC) throw error
      report.log('warn', 'a download was interrupted', { error: messageOf(error), point, done })
    })
    return (await stat(part).catch(() => undefined))?.size ?? 0
  }

  const placeOf = async (sha256: string): Promise<string> => join(await folder(), sha256)
  const blobOf = (path: string): Blob | undefined => {
    const sha256 = BLOB_PATH.exec(path)?.[1]
    const size = sha256 === undefined ? undefined : sizes.get(sha256)
    return sha256 === undefined || size === undefined ? undefined : { sha256, size }
  }
  const path: VolumeFiles['path'] = async asked => {
    const blob = blobOf(asked)
    if (!blob) return undefined
    const to = await placeOf(blob.sha256)
    const there = await stat(to).catch(() => undefined)
    if (there?.size === blob.size) return to
    await download(blob, to)
    judged.set(to, blob)
    return to
  }
  return {
    download,
    path,
    async digest(asked, onRead) {
      const at = await path(asked)
      if (at === undefined) return undefined
      const known = judged.get(at)
      if (known) return known
      const { hash, size } = await hashOf(at, onRead)
      return { sha256: hash.digest('hex'), size }
    },
  }
}

/** Of what is there; of nothing when it is not. */
async function hashOf(
  path: string,
  onRead: (bytes: number) => void = () => {},
): Promise<{ readonly hash: Hash; readonly size: number }> {
  const hash = createHash('sha256')
  let size = 0
  if (await stat(path).catch(() => undefined))
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk)
      size += chunk.length
      onRead(size)
    }
  return { hash, size }
}
