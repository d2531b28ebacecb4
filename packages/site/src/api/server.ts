import type { BlobStore } from '@bootwright/distribution-point'
import {
  type Problem,
  type ProblemCode,
  ROUTES,
  type Route,
  type RouteName,
  SiteError,
} from '@bootwright/site-protocol'
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import type { Credentials } from '../auth/authority.ts'
import { createJudge } from '../auth/authorize.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Database } from '../database/database.ts'
import type { Objects } from '../model/objects.ts'
import { addRegistry } from '../oci-registry/oci-registry.ts'
import { openApi } from './open-api.ts'
import { addPage } from './page.ts'
import type { Service } from './service.ts'

/** What one server answers: contents keep a process busy, which others need not wait for. */
export type Serving = 'all' | 'management' | 'content'

export interface ServerOptions {
  readonly database: Database
  readonly objects: Objects
  readonly service: Service
  readonly blobs: BlobStore
  readonly sessions: Sessions
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
  SIGN_IN_NEEDED: 401,
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
  const judge = createJudge(options)
  const names = Object.entries(serves === 'content' ? {} : ROUTES)
  for (const [name, route] of names as [RouteName, Route<never, unknown>][])
    server.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      bodyLimit: BODY_LIMIT[route.by === 'administrator' ? 'administrator' : 'medium'],
      ...(route.by !== 'anybody' && judge.as(route.by)),
      async handler(request, reply) {
        const given = { ...(request.query as object), ...(request.body as object), ...(request.params as object) }
        const parsed = route.request.safeParse(given)
        if (!parsed.success) {
          const [issue] = parsed.error.issues
          throw new SiteError('REQUEST_INVALID', `at ${issue!.path.join('.') || 'the top'}: ${issue!.message}`)
        }
        const answer = await service[name](parsed.data, {
          caller: judge.callerOf(request),
          address: addressOf(request),
        })
        return reply.header('cache-control', 'no-store').send(answer)
      },
    })
  if (serves !== 'content') {
    server.get('/v1/openapi.json', () => openApi())
    addPage(server, { ...options, judge })
  }
  if (serves !== 'management') addRegistry(server, { ...options, judge })
  return server
}

/** Node shows IPv4 within IPv6. */
const addressOf = ({ ip }: FastifyRequest): string => ip.replace(/^::ffff:(?=\d+\.)/, '')

function problemOf(error: unknown): Problem {
  if (error instanceof SiteError) return { code: error.code, message: error.message }
  const { statusCode = 500, message } = error as { readonly statusCode?: number; readonly message: string }
  if (statusCode >= 400 && statusCode < 500) return { code: 'REQUEST_INVALID', message }
  return { code: 'FAILED', message: 'the management point failed; its log says why' }
}
