import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { hasBlob, readBlob } from '../blobs/blob-requests.ts'
import { withAccount } from '../connection/account.ts'
import { type Connection, ConnectionError, type ConnectionOptions, openConnection } from '../connection/connection.ts'
import { problem, SiteError } from '../documents/problem.ts'
import type { Route } from '../routes/route.ts'
import { type RequestOf, type ResponseOf, ROUTES, type RouteName } from '../routes/routes.ts'

/** Client of a management point, for media and administrators. */
export interface SiteClient extends Disposable {
  readonly url: string
  /** Throws {@link SiteError} when the site refuses, {@link ConnectionError} when it cannot be reached or trusted. */
  request<N extends RouteName>(name: N, request: RequestOf<N>): Promise<ResponseOf<N>>
  /** Reads a blob of a distribution point from byte `offset` on; undefined when it is missing. */
  blob(url: string, offset?: number): Promise<Readable | undefined>
  hasBlob(url: string): Promise<boolean>
}

export function openSiteClient(url: string, options: ConnectionOptions): SiteClient {
  const connection = openConnection(options)
  const registries = withAccount(connection)
  return {
    url,
    request: (name, request) => sendRequest(connection, url, name, request),
    blob: (at, offset) => readBlob(registries, at, offset),
    hasBlob: at => hasBlob(registries, at),
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}

/** The distribution point to publish to by default: the first one offered to computers outside every boundary. */
export async function mainDistributionPoint(client: SiteClient): Promise<string> {
  const { distributionPoints } = await client.request('location', { ipAddresses: [] })
  return distributionPoints.at(-1)![0]!
}

/** Bytes: responses are documents, never contents. */
const RESPONSE_LIMIT = 256 << 20

async function sendRequest<N extends RouteName>(
  connection: Connection,
  url: string,
  name: N,
  request: RequestOf<N>,
): Promise<ResponseOf<N>> {
  const { method, path, response: schema } = ROUTES[name] as unknown as Route<Record<string, unknown>, ResponseOf<N>>
  const rest: Record<string, unknown> = { ...(request as object) }
  const filledPath = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(rest[key])
    delete rest[key]
    return encodeURIComponent(value)
  })
  const target = new URL(filledPath, url)
  if (method === 'GET')
    for (const [key, value] of Object.entries(rest))
      if (value !== undefined) target.searchParams.set(key, String(value))
  const response = await connection.send(target.href, {
    method,
    headers: { accept: 'application/json', ...(method === 'POST' && { 'content-type': 'application/json' }) },
    ...(method === 'POST' && { body: JSON.stringify(rest) }),
  })
  const body = await bodyOf(response, url)
  if (response.statusCode !== 200) throw errorOf(response, body, url)
  const parsed = schema.safeParse(body)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw new ConnectionError(
    'UNREACHABLE',
    `${new URL(url).host} sent an invalid response to ${target.pathname} (${issue!.path.join('.')}: ${issue!.message}); check that it is a management point of this version`,
  )
}

async function bodyOf(response: IncomingMessage, url: string): Promise<unknown> {
  const { host } = new URL(url)
  if (Number(response.headers['content-length'] ?? 0) > RESPONSE_LIMIT) {
    response.destroy()
    throw new ConnectionError('UNREACHABLE', `the response of ${host} exceeds ${RESPONSE_LIMIT} bytes`)
  }
  const body = await text(response).catch(error => {
    throw new ConnectionError('UNREACHABLE', `${host} closed the connection before the end of its response`, error)
  })
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}

function errorOf({ statusCode }: IncomingMessage, body: unknown, url: string): Error {
  const { host } = new URL(url)
  const parsed = problem.safeParse(body)
  // A failing point counts as unreachable: another one may serve.
  if (parsed.success && statusCode! >= 500) return new ConnectionError('UNREACHABLE', `${host}: ${parsed.data.message}`)
  if (parsed.success) return new SiteError(parsed.data.code, parsed.data.message)
  return new ConnectionError(
    'UNREACHABLE',
    `${host} sent an invalid response (status ${statusCode}); check that it is a management point`,
  )
}
