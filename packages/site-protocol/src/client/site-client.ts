import type { IncomingMessage } from 'node:http'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { hasBlob, readBlob } from '../blobs/blob-requests.ts'
import { withAccount } from '../connection/account.ts'
import { type Connection, ConnectionError, type ConnectionOptions, openConnection } from '../connection/connection.ts'
import { problem, SiteError } from '../documents/problem.ts'
import type { Route } from '../routes/route.ts'
import { type AnswerOf, type RequestOf, ROUTES, type RouteName } from '../routes/routes.ts'

/** A management point, as media and administrators talk to it. */
export interface SiteClient extends Disposable {
  readonly url: string
  /** Throws {@link SiteError} when it refuses, {@link ConnectionError} when it cannot be reached or trusted. */
  ask<N extends RouteName>(name: N, request: RequestOf<N>): Promise<AnswerOf<N>>
  /** A blob of a distribution point from `offset` on; undefined when it is not there. */
  blob(url: string, offset?: number): Promise<Readable | undefined>
  hasBlob(url: string): Promise<boolean>
}

export function openSiteClient(url: string, options: ConnectionOptions): SiteClient {
  const connection = openConnection(options)
  const registries = withAccount(connection)
  return {
    url,
    ask: (name, request) => askBy(connection, url, name, request),
    blob: (at, offset) => readBlob(registries, at, offset),
    hasBlob: at => hasBlob(registries, at),
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}

/** Where contents of a site go by default: the first point of those for computers that no boundary holds. */
export async function mainDistributionPoint(client: SiteClient): Promise<string> {
  const { distributionPoints } = await client.ask('location', { ipAddresses: [] })
  return distributionPoints.at(-1)![0]!
}

/** Answers are documents, never contents. Bytes. */
const ANSWER_LIMIT = 256 << 20

async function askBy<N extends RouteName>(
  connection: Connection,
  url: string,
  name: N,
  request: RequestOf<N>,
): Promise<AnswerOf<N>> {
  const { method, path, answer } = ROUTES[name] as unknown as Route<Record<string, unknown>, AnswerOf<N>>
  const rest: Record<string, unknown> = { ...(request as object) }
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => {
    const value = String(rest[key])
    delete rest[key]
    return encodeURIComponent(value)
  })
  const target = new URL(filled, url)
  if (method === 'GET')
    for (const [key, value] of Object.entries(rest))
      if (value !== undefined) target.searchParams.set(key, String(value))
  const response = await connection.send(target.href, {
    method,
    headers: { accept: 'application/json', ...(method === 'POST' && { 'content-type': 'application/json' }) },
    ...(method === 'POST' && { body: JSON.stringify(rest) }),
  })
  const body = await bodyOf(response, url)
  if (response.statusCode !== 200) throw refusal(response, body, url)
  const judged = answer.safeParse(body)
  if (judged.success) return judged.data
  const [issue] = judged.error.issues
  throw new ConnectionError(
    'UNREACHABLE',
    `${new URL(url).host} answers ${target.pathname} with what is no answer (${issue!.path.join('.')}: ${issue!.message}); is it a management point of this version?`,
  )
}

async function bodyOf(response: IncomingMessage, url: string): Promise<unknown> {
  if (Number(response.headers['content-length'] ?? 0) > ANSWER_LIMIT) {
    response.destroy()
    throw new ConnectionError('UNREACHABLE', `the answer of ${new URL(url).host} is too long to be one`)
  }
  const written = await text(response).catch(error => {
    throw new ConnectionError('UNREACHABLE', `${new URL(url).host} ended in the middle of its answer`, error)
  })
  try {
    return JSON.parse(written)
  } catch {
    return undefined
  }
}

function refusal({ statusCode }: IncomingMessage, body: unknown, url: string): Error {
  const judged = problem.safeParse(body)
  // One that is out of order is as good as not there: others may serve.
  if (judged.success && statusCode! >= 500)
    return new ConnectionError('UNREACHABLE', `${new URL(url).host}: ${judged.data.message}`)
  if (judged.success) return new SiteError(judged.data.code, judged.data.message)
  return new ConnectionError(
    'UNREACHABLE',
    `${new URL(url).host} answers with status ${statusCode}; is it a management point?`,
  )
}
