import type { Readable } from 'node:stream'
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import {
  type Problem,
  type ProblemCode,
  ROUTES,
  type Route,
  type RouteName,
  SiteError,
} from '@bootwright/site-protocol'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Credentials } from './authority.ts'
import type { BlobStore } from './blob-store.ts'
import { type Caller, callerOf } from './callers.ts'
import type { Database } from './database/database.ts'
import type { Objects } from './objects.ts'
import { openApi } from './open-api.ts'
import type { Service } from './service.ts'

/** What one server answers: contents keep a process busy, which others need not wait for. */
export type Serving = 'all' | 'management' | 'content'

export interface ServerOptions {
  readonly database: Database
  readonly objects: Objects
  readonly service: Service
  readonly blobs: BlobStore
  readonly credentials: Credentials
  readonly now: () => Date
  readonly serves: Serving
  /** Is told of every content that is sent, in bytes. */
  readonly onContent?: ((sha256: string, bytes: number) => void) | undefined
  /** Writes a log to the standard error. */
  readonly hasLog: boolean
}

const STATUS: Readonly<Record<ProblemCode, number>> = {
  CERTIFICATE_MISSING: 401,
  CERTIFICATE_UNKNOWN: 403,
  CERTIFICATE_BLOCKED: 403,
  CERTIFICATE_EXPIRED: 403,
  CERTIFICATE_NOT_YET_VALID: 403,
  CERTIFICATE_REVOKED: 403,
  ADMINISTRATOR_NEEDED: 403,
  COMPUTER_UNKNOWN: 403,
  NOT_DEPLOYED: 403,
  REQUEST_INVALID: 400,
  CONTENT_MISSING: 404,
  NOT_FOUND: 404,
  FAILED: 500,
}

/** Bytes: a computer says little, an administrator publishes sequences with many files. */
const BODY_LIMIT = { medium: 4 << 20, administrator: 128 << 20 } as const

/** Management point and distribution point over HTTPS. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { service, credentials, serves, hasLog } = options
  const server = Fastify({
    https: {
      cert: credentials.certificate,
      key: credentials.key,
      requestCert: true,
      // Who is judged here is told why; TLS would only hang up.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    // What computers ask is in the database.
    logger: hasLog && { level: 'warn', stream: process.stderr },
    frameworkErrors: (error, _, reply) =>
      void (reply as FastifyReply).code(error.statusCode ?? 400).send(problemOf(error)),
    bodyLimit: BODY_LIMIT.medium,
    forceCloseConnections: true,
  }) as unknown as FastifyInstance
  server.addContentTypeParser('application/octet-stream', (_, payload, done) => done(null, payload))
  server.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error)
    if (problem.code === 'FAILED') request.log.error(error)
    const own = (error as { readonly statusCode?: number }).statusCode
    const status = error instanceof SiteError ? STATUS[problem.code] : problem.code === 'FAILED' ? 500 : (own ?? 400)
    return reply.code(status).send(problem)
  })
  server.setNotFoundHandler((_, reply) =>
    reply.code(404).send({ code: 'NOT_FOUND', message: 'there is nothing here' } satisfies Problem),
  )
  const callers = new WeakMap<FastifyRequest, Caller>()
  /** Who asks is judged before what is asked is read. */
  const judgedAs = (by: 'medium' | 'administrator') => ({
    async onRequest(request: FastifyRequest): Promise<void> {
      callers.set(request, await judged(request, by, options))
    },
  })
  const names = Object.entries(serves === 'content' ? {} : ROUTES)
  for (const [name, route] of names as [RouteName, Route<never, unknown>][])
    server.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      bodyLimit: BODY_LIMIT[route.by === 'administrator' ? 'administrator' : 'medium'],
      ...(route.by !== 'anybody' && judgedAs(route.by)),
      async handler(request, reply) {
        const given = { ...(request.query as object), ...(request.body as object), ...(request.params as object) }
        const parsed = route.request.safeParse(given)
        if (!parsed.success) {
          const [issue] = parsed.error.issues
          throw new SiteError('REQUEST_INVALID', `at ${issue!.path.join('.') || 'the top'}: ${issue!.message}`)
        }
        const answer = await service[name](parsed.data, { caller: callers.get(request), address: addressOf(request) })
        return reply.header('cache-control', 'no-store').send(answer)
      },
    })
  if (serves !== 'content') server.get('/v1/openapi.json', () => openApi())
  if (serves !== 'management') addRegistry(server, { ...options, judgedAs, callers })
  return server
}

/** Node shows IPv4 within IPv6. */
const addressOf = ({ ip }: FastifyRequest): string => ip.replace(/^::ffff:(?=\d+\.)/, '')

async function judged(
  request: FastifyRequest,
  by: Route<never, unknown>['by'],
  options: ServerOptions,
): Promise<Caller> {
  const { raw, chain } = presented(request.raw.socket as TLSSocket)
  const { database, objects, now } = options
  const caller = await callerOf(database, await objects.site(), raw, chain, now())
  if (by === 'administrator' && caller.kind !== 'administrator')
    throw new SiteError('ADMINISTRATOR_NEEDED', 'this is for administrators of the site')
  return caller
}

interface Presented {
  readonly raw: Uint8Array | undefined
  readonly chain: readonly Uint8Array[]
}
const known = new WeakMap<TLSSocket, Presented>()
const CHAIN_LIMIT = 8

/** What a connection showed when it began. */
function presented(socket: TLSSocket): Presented {
  const before = known.get(socket)
  if (before) return before
  const peer = socket.getPeerCertificate(true) as DetailedPeerCertificate | Record<string, never>
  const chain: Uint8Array[] = []
  for (let at = peer.issuerCertificate; at && chain.length < CHAIN_LIMIT; at = at.issuerCertificate) {
    if (chain.some(each => at.raw.equals(each))) break
    chain.push(at.raw)
  }
  const made = { raw: peer.raw as Uint8Array | undefined, chain }
  known.set(socket, made)
  return made
}

function problemOf(error: unknown): Problem {
  if (error instanceof SiteError) return { code: error.code, message: error.message }
  const { statusCode = 500, message } = error as { readonly statusCode?: number; readonly message: string }
  if (statusCode >= 400 && statusCode < 500) return { code: 'REQUEST_INVALID', message }
  return { code: 'FAILED', message: 'the management point failed; its log says why' }
}

const DIGEST = /^sha256:([\da-f]{64})$/

/** What of the OCI distribution specification 1.1 concerns blobs. */
interface RegistryOptions extends ServerOptions {
  judgedAs(by: 'medium' | 'administrator'): { onRequest(request: FastifyRequest): Promise<void> }
  readonly callers: WeakMap<FastifyRequest, Caller>
}
function addRegistry(server: FastifyInstance, options: RegistryOptions): void {
  const { blobs, judgedAs, callers, onContent = () => {} } = options
  server.get('/v2/', judgedAs('medium'), async () => ({}))
  server.route({
    method: ['GET', 'HEAD'],
    url: '/v2/:repository/blobs/:digest',
    ...judgedAs('medium'),
    async handler(request, reply) {
      const caller = callers.get(request)!
      const { digest } = request.params as { readonly digest: string }
      const sha256 = DIGEST.exec(digest)?.[1]
      if (sha256 === undefined || !(await mayRead(caller, sha256, options))) throw missing()
      const size = await blobs.sizeOf(sha256)
      if (size === undefined) throw missing()
      return sendBlob(request, reply, { sha256, size, blobs, onSent: onContent })
    },
  })
  const uploads = '/v2/:repository/blobs/uploads/'
  server.post(uploads, judgedAs('administrator'), async (request, reply) => {
    const upload = await blobs.begin()
    const { repository } = request.params as { readonly repository: string }
    return reply
      .code(202)
      .header('location', `/v2/${encodeURIComponent(repository)}/blobs/uploads/${upload}`)
      .send()
  })
  server.patch(`${uploads}:upload`, judgedAs('administrator'), async (request, reply) => {
    const { upload } = request.params as { readonly upload: string }
    const [, from] = /^(\d+)-\d+$/.exec(request.headers['content-range'] ?? '') ?? []
    const there = await blobs.sent(upload)
    if (from !== undefined && Number(from) !== there)
      return reply
        .code(416)
        .header('range', `0-${Math.max(there - 1, 0)}`)
        .send()
    if (request.body === undefined) throw new SiteError('REQUEST_INVALID', 'expected application/octet-stream')
    const size = await blobs.append(upload, request.body as Readable)
    return reply
      .code(202)
      .header('location', request.url)
      .header('range', `0-${Math.max(size - 1, 0)}`)
      .send()
  })
  server.put(`${uploads}:upload`, judgedAs('administrator'), async (request, reply) => {
    const { upload } = request.params as { readonly upload: string }
    const sha256 = DIGEST.exec(String((request.query as { readonly digest?: string }).digest))?.[1]
    if (sha256 === undefined) throw new SiteError('REQUEST_INVALID', 'expected ?digest=sha256:…')
    if (request.body !== undefined && request.body !== null) await blobs.append(upload, request.body as Readable)
    await blobs.finish(upload, sha256)
    return reply.code(201).header('docker-content-digest', `sha256:${sha256}`).send()
  })
}

const missing = (): SiteError => new SiteError('CONTENT_MISSING', 'there is no such content for this medium')

/** A medium reads what belongs to a sequence that a computer was given which it started, and nothing else. */
async function mayRead(caller: Caller, sha256: string, { database }: ServerOptions): Promise<boolean> {
  if (caller.kind === 'administrator') return true
  const row = await database
    .selectFrom('sequence_blobs')
    .innerJoin('grants', join =>
      join
        .onRef('grants.name', '=', 'sequence_blobs.name')
        .onRef('grants.revision', '=', 'sequence_blobs.revision')
        .on('grants.medium', '=', caller.id),
    )
    .select('sequence_blobs.name')
    .where('sha256', '=', sha256)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

interface Sent {
  readonly sha256: string
  readonly size: number
  readonly blobs: BlobStore
  onSent(sha256: string, bytes: number): void
}
function sendBlob(request: FastifyRequest, reply: FastifyReply, { sha256, size, blobs, onSent }: Sent): FastifyReply {
  reply.headers({
    'content-type': 'application/octet-stream',
    'accept-ranges': 'bytes',
    'docker-content-digest': `sha256:${sha256}`,
    etag: `"sha256:${sha256}"`,
    'cache-control': 'public, max-age=31536000, immutable',
  })
  if (request.headers['if-none-match'] === `"sha256:${sha256}"`) return reply.code(304).send()
  const range = rangeOf(request.headers.range, size)
  if (range === 'none') return reply.code(416).header('content-range', `bytes */${size}`).send()
  const { from, to } = range ?? { from: 0, to: size }
  if (range) reply.code(206).header('content-range', `bytes ${from}-${to - 1}/${size}`)
  reply.header('content-length', to - from)
  if (request.method === 'HEAD' || from === to) return reply.send()
  onSent(sha256, to - from)
  return reply.send(blobs.read(sha256, from, to))
}

/** RFC 9110 14: one range; several, and other units, are answered with the whole. */
function rangeOf(header: string | undefined, size: number): { from: number; to: number } | 'none' | undefined {
  const found = /^bytes=(\d*)-(\d*)$/.exec(header ?? '')
  if (!found) return undefined
  const [, first = '', last = ''] = found
  if (first === '' && last === '') return undefined
  if (first === '') return last === '0' ? 'none' : { from: Math.max(size - Number(last), 0), to: size }
  const from = Number(first)
  const to = last === '' ? size : Math.min(Number(last) + 1, size)
  return from >= size || to <= from ? 'none' : { from, to }
}
