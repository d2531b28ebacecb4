import type { Readable } from 'node:stream'
import { type Connection, ConnectionError } from '../connection/connection.ts'

/** A distribution point is a repository of an OCI registry: `https://images.corp.example/lab`. OCI distribution specification 1.1. */
export function blobUrl(distributionPoint: string, sha256: string): string {
  const { origin, pathname } = new URL(distributionPoint)
  return `${origin}/v2/${pathname.replaceAll(/^\/+|\/+$/g, '')}/blobs/sha256:${sha256}`
}

/** A blob from `offset` on; undefined when that distribution point has it not. Throws {@link ConnectionError}. */
export async function readBlob(connection: Connection, url: string, offset = 0): Promise<Readable | undefined> {
  const headers: Record<string, string> = offset > 0 ? { range: `bytes=${offset}-` } : {}
  const response = await connection.send(url, { method: 'GET', headers })
  const { statusCode = 0 } = response
  if (statusCode === (offset > 0 ? 206 : 200)) return response
  response.resume()
  if (statusCode === 404) return undefined
  if (statusCode >= 300 && statusCode < 400 && response.headers.location !== undefined)
    return await readBlob(connection, new URL(response.headers.location, url).href, offset)
  throw new ConnectionError('UNREACHABLE', `${new URL(url).host} answers with status ${statusCode} for a content`)
}

export async function hasBlob(connection: Connection, url: string): Promise<boolean> {
  const response = await connection.send(url, { method: 'HEAD' })
  response.resume()
  if (response.statusCode === 200) return true
  if (response.statusCode === 404) return false
  throw new ConnectionError('UNREACHABLE', `${new URL(url).host} answers with status ${response.statusCode}`)
}

/** Bytes of one request: what is lost when the connection is. */
const PART = 64 << 20

/** Sends a blob; what was sent of it before is asked for, and not sent again. `read` gives bytes from an offset to an end. */
export async function writeBlob(
  connection: Connection,
  distributionPoint: string,
  { sha256, size, read }: { readonly sha256: string; readonly size: number; read(from: number, to: number): Readable },
  onProgress: (sent: number) => void = () => {},
): Promise<void> {
  const uploads = blobUrl(distributionPoint, sha256).replace(/[^/]*$/, 'uploads/')
  const started = await connection.send(uploads, { method: 'POST', headers: { 'content-length': '0' } })
  started.resume()
  let location = locationOf(started, uploads, 202)
  const isWhole = size <= PART
  for (let from = 0; from < size && !isWhole; from += PART) {
    const to = Math.min(from + PART, size)
    const sent = await connection.send(location, {
      method: 'PATCH',
      headers: {
        'content-type': 'application/octet-stream',
        'content-range': `${from}-${to - 1}`,
        'content-length': String(to - from),
      },
      body: read(from, to),
    })
    sent.resume()
    location = locationOf(sent, location, 202)
    onProgress(to)
  }
  const end = new URL(location)
  end.searchParams.set('digest', `sha256:${sha256}`)
  const ended = await connection.send(end.href, {
    method: 'PUT',
    headers: {
      'content-length': String(isWhole ? size : 0),
      ...(isWhole && { 'content-type': 'application/octet-stream' }),
    },
    ...(isWhole && { body: read(0, size) }),
  })
  onProgress(size)
  ended.resume()
  if (ended.statusCode !== 201) throw refused(ended.statusCode, end.href)
}

function locationOf(
  {
    statusCode,
    headers,
  }: { readonly statusCode?: number | undefined; readonly headers: { location?: string | undefined } },
  url: string,
  expected: number,
): string {
  if (statusCode !== expected || headers.location === undefined) throw refused(statusCode, url)
  return new URL(headers.location, url).href
}

const refused = (status: number | undefined, url: string): ConnectionError =>
  new ConnectionError('UNREACHABLE', `${new URL(url).host} takes no content: it answers with status ${status}`)
