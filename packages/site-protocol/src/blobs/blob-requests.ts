import type { Readable } from 'node:stream'
import { type Connection, ConnectionError } from '../connection/connection.ts'
import type { Blob } from '../documents/blob.ts'

/**
 * URL of a blob (OCI distribution specification 1.1). A distribution point is a repository of an OCI registry:
 * `https://images.corp.example/lab`.
 */
export function blobUrl(distributionPoint: string, sha256: string): string {
  const { origin, pathname } = new URL(distributionPoint)
  return `${origin}/v2/${pathname.replaceAll(/^\/+|\/+$/g, '')}/blobs/sha256:${sha256}`
}

/** Reads a blob from byte `offset` on; undefined when the distribution point does not have it. Throws {@link ConnectionError}. */
export async function readBlob(connection: Connection, url: string, offset = 0): Promise<Readable | undefined> {
  const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {}
  const response = await connection.send(url, { method: 'GET', headers })
  const { statusCode = 0 } = response
  if (statusCode === (offset > 0 ? 206 : 200)) return response
  response.resume()
  if (statusCode === 404) return undefined
  if (statusCode >= 300 && statusCode < 400 && response.headers.location !== undefined)
    return await readBlob(connection, new URL(response.headers.location, url).href, offset)
  throw new ConnectionError('UNREACHABLE', `${new URL(url).host} refused to send content (status ${statusCode})`)
}

export async function hasBlob(connection: Connection, url: string): Promise<boolean> {
  const response = await connection.send(url, { method: 'HEAD' })
  response.resume()
  if (response.statusCode === 200) return true
  if (response.statusCode === 404) return false
  throw new ConnectionError(
    'UNREACHABLE',
    `${new URL(url).host} refused a content query (status ${response.statusCode})`,
  )
}

/** Bytes of one request: the most that a broken connection loses. */
const PART_SIZE = 64 << 20

/** Uploads a blob, in parts when it is large. `read` returns the bytes from one offset up to, but excluding, another. */
export async function writeBlob(
  connection: Connection,
  distributionPoint: string,
  { sha256, size, read }: Blob & { read(from: number, to: number): Readable },
  onProgress: (sent: number) => void = () => {},
): Promise<void> {
  const uploads = blobUrl(distributionPoint, sha256).replace(/[^/]*$/, 'uploads/')
  const started = await connection.send(uploads, { method: 'POST', headers: { 'content-length': '0' } })
  started.resume()
  let location = locationOf(started, uploads, 202)
  const isSinglePart = size <= PART_SIZE
  for (let from = 0; from < size && !isSinglePart; from += PART_SIZE) {
    const to = Math.min(from + PART_SIZE, size)
    const response = await connection.send(location, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${from}-${to - 1}`,
        'content-length': String(to - from),
      },
      body: read(from, to),
    })
    response.resume()
    location = locationOf(response, location, 202)
    onProgress(to)
  }
  const last = new URL(location)
  last.searchParams.set('digest', `sha256:${sha256}`)
  const finished = await connection.send(last.href, {
    method: 'PUT',
    headers: {
      'content-length': String(isSinglePart ? size : 0),
      ...(isSinglePart && { 'content-type': 'application/octet-stream' }),
    },
    ...(isSinglePart && { body: read(0, size) }),
  })
  onProgress(size)
  finished.resume()
  if (finished.statusCode !== 201) throw uploadRefused(finished.statusCode, last.href)
}

function locationOf(
  {
    statusCode,
    headers,
  }: { readonly statusCode?: number | undefined; readonly headers: { location?: string | undefined } },
  url: string,
  expected: number,
): string {
  if (statusCode !== expected || headers.location === undefined) throw uploadRefused(statusCode, url)
  return new URL(headers.location, url).href
}

const uploadRefused = (status: number | undefined, url: string): ConnectionError =>
  new ConnectionError('UNREACHABLE', `${new URL(url).host} did not accept the content (status ${status})`)
