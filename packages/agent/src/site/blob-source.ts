import { createHash, type Hash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Transform } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { type Blob, blobUrl, type Location, type SiteClient } from '@bootwright/site-protocol'
import { AgentError, messageOf } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'

export interface BlobSourceOptions {
  readonly computer: Pick<Computer, 'report' | 'clock' | 'system'>
  readonly client: SiteClient
  /** Nearest first; those in one list are equally near. */
  readonly distributionPoints: Location['distributionPoints']
}

/**
 * Blobs of distribution points. Equally near points take turns, so that several send at once. A point that fails is tried after the others,
 * repeatedly. Every byte is verified.
 */
export interface BlobSource {
  /** Reads a small blob into memory. Throws {@link AgentError} `CONTENT_MISSING` or `SITE_UNREACHABLE`. */
  read(blob: Blob): Promise<Uint8Array>
  /** Downloads a blob of any size to a file; resumes an interrupted download. Throws as {@link read}. */
  download(blob: Blob, to: string, onProgress?: (done: number) => void): Promise<void>
}

/** Time without data before a download fails. Seconds. */
const GIVE_UP_SECONDS = 600
/** How long a failed point is tried after all others. Seconds. */
const AVOID_SECONDS = 60
/** Pauses between attempts. Seconds. */
const PAUSES = [1, 2, 5, 10, 20, 30]

export function blobSource({ computer, client, distributionPoints }: BlobSourceOptions): BlobSource {
  const { report, clock, system } = computer
  const all = distributionPoints.flat()
  const failed = new Map<string, number>()
  let turn = 0

  const inOrder = (): readonly string[] => {
    turn += 1
    const now = clock.now().getTime()
    const hasFailed = (point: string): boolean =>
      now - (failed.get(point) ?? Number.NEGATIVE_INFINITY) < AVOID_SECONDS * 1000
    const rotated = distributionPoints.flatMap(tier => {
      const first = turn % tier.length
      return [...tier.slice(first), ...tier.slice(0, first)]
    })
    return [...rotated.filter(each => !hasFailed(each)), ...rotated.filter(hasFailed)]
  }

  /**
   * Tries every point until one returns a result. `get` returns undefined when a point does not have the blob, and throws when it fails.
   */
  const retryUntilFound = async <T>(
    sha256: string,
    get: (url: string, host: string) => Promise<T | undefined>,
    hasMoved = () => false,
  ): Promise<T> => {
    let lastHeard = clock.now().getTime()
    for (let failures = 0; ; failures += 1) {
      let missing = 0
      let problem: unknown
      for (const point of inOrder()) {
        try {
          const result = await get(blobUrl(point, sha256), new URL(point).host)
          failed.delete(point)
          if (result !== undefined) return result
          missing += 1
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code === 'ENOSPC') throw error
          problem = error
          failed.set(point, clock.now().getTime())
        }
      }
      if (missing === all.length)
        throw new AgentError(
          'CONTENT_MISSING',
          `no distribution point contains sha256:${sha256} (${all.join(', ')}); publish the sequence again`,
        )
      if (hasMoved()) {
        lastHeard = clock.now().getTime()
        failures = 0
      }
      if (clock.now().getTime() - lastHeard > GIVE_UP_SECONDS * 1000)
        throw new AgentError('SITE_UNREACHABLE', `no distribution point can be reached: ${messageOf(problem)}`)
      const seconds = PAUSES[Math.min(failures, PAUSES.length - 1)]!
      report.print('warn', 'downloadInterrupted', { error: messageOf(problem), seconds })
      await clock.sleep(seconds * 1000)
      await system.connect().catch(() => {})
    }
  }

  return {
    read: ({ sha256, size }) =>
      retryUntilFound(sha256, async (url, host) => {
        const stream = await client.blob(url)
        const data = stream && (await buffer(stream))
        if (!data || (data.length === size && createHash('sha256').update(data).digest('hex') === sha256)) return data
        throw new Error(`${host} sent data that does not match the digest`)
      }),
    async download({ sha256, size }, to, onProgress = () => {}) {
      await mkdir(dirname(to), { recursive: true })
      const part = `${to}.part`
      let moved = 0
      const get = async (url: string, host: string): Promise<true | undefined> => {
        let { hash, size: from } = await hashOf(part)
        if (from > size) [hash, from] = [createHash('sha256'), 0]
        if (from < size || size === 0) {
          const stream = await client.blob(url, from)
          if (!stream) return undefined
          const count = new Transform({
            transform(chunk: Uint8Array, _, next) {
              const room = chunk.subarray(0, size - from)
              hash.update(room)
              from += room.length
              moved += room.length
              onProgress(from)
              next(null, room)
            },
          })
          await pipeline(stream, count, createWriteStream(part, { flags: from === 0 ? 'w' : 'a' }))
        }
        if (from < size) throw new Error(`${host} closed the connection before the end`)
        if (hash.digest('hex') === sha256) return true
        await rm(part, { force: true })
        throw new Error(`${host} sent data that does not match the digest`)
      }
      let before = 0
      await retryUntilFound(sha256, get, () => {
        const hasMoved = moved > before
        before = moved
        return hasMoved
      })
      await rename(part, to)
    },
  }
}

/** Digest and size of a partial download; of an empty file when there is none. */
async function hashOf(path: string): Promise<{ hash: Hash; size: number }> {
  const hash = createHash('sha256')
  let size = 0
  if (await stat(path).catch(() => undefined))
    for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) {
      hash.update(chunk)
      size += chunk.length
    }
  return { hash, size }
}
