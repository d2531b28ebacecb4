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
import { type Authorizer, createAuthorizer } from '../auth/authorize.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Database } from '../database/database.ts'
import type { Objects } from '../model/objects.ts'
import { addOciRegistry } from '../oci-registry/oci-registry.ts'
import { openApi } from './open-api.ts'
import { addPage, type PageFiles } from './page.ts'
import { addPageEvents } from './page-events.ts'
import type { Service } from './service.ts'

/** What a server serves. Content is served by separate processes when its downloads must not delay other requests. */
export type ServerRole = 'all' | 'management' | 'content'

export interface ServerOptions {
  readonly database: Database
  readonly objects: Objects
  readonly service: Service
  readonly blobs: BlobStore
  readonly sessions: Sessions
  readonly pageFiles: PageFiles
  readonly credentials: Credentials
  readonly now: () => Date
  readonly serves: ServerRole
  /** Called for each content that is sent, with the number of bytes. */
  readonly onContent?: ((sha256: string, bytes: number) => void) | undefined
  /** Writes warnings and errors to standard error. */
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

/** Bytes: computers send little, administrators publish sequences with many files. */
const BODY_LIMIT = { medium: 4 << 20, administrator: 128 << 20 } as const

/** Creates a management point, a distribution point or both, over HTTPS. */
export function createServer(options: ServerOptions): FastifyInstance {
  const { credentials, serves, hasLog } = options
  const server = Fastify({
    https: {
      cert: credentials.certificate,
      key: credentials.key,
      requestCert: true,
      // The authorizer reports why a certificate is refused; TLS would only close the connection.
      rejectUnauthorized: false,
      minVersion: 'TLSv1.2',
    },
    // Requests of computers are recorded in the database.
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
    reply.code(404).send({ code: 'NOT_FOUND', message: 'not found' } satisfies Problem),
  )
  const authorizer = createAuthorizer(options)
  if (serves !== 'content') {
    addServiceRoutes(server, options.service, authorizer)
    server.get('/v1/openapi.json', authorizer.require('anyone'), () => openApi())
    addPage(server, { ...options, authorizer })
    addPageEvents(server, { ...options, authorizer })
  }
  if (serves !== 'management') addOciRegistry(server, { ...options, authorizer })
  return server
}

/** Adds the routes of `ROUTES`, each with the caller that it requires. */
function addServiceRoutes(server: FastifyInstance, service: Service, authorizer: Authorizer): void {
  for (const [name, route] of Object.entries(ROUTES) as [RouteName, Route<never, unknown>][])
    server.route({
      method: route.method,
      url: route.path.replaceAll(/\{(\w+)\}/g, ':$1'),
      bodyLimit: BODY_LIMIT[route.caller === 'administrator' ? 'administrator' : 'medium'],
      ...authorizer.require(route.caller),
      async handler(request, reply) {
        const values = { ...(request.query as object), ...(request.body as object), ...(request.params as object) }
        const parsed = route.request.safeParse(values)
        if (!parsed.success) {
          const [issue] = parsed.error.issues
          throw new SiteError('REQUEST_INVALID', `at ${issue!.path.join('.') || 'the top level'}: ${issue!.message}`)
        }
        const response = await service[name](parsed.data, {
          caller: authorizer.callerOf(request),
          address: addressOf(request),
        })
        return reply.header('cache-control', 'no-store').send(response)
      },
    })
}

/** Node reports IPv4 clients as IPv4-mapped IPv6 addresses. */
const addressOf = ({ ip }: FastifyRequest): string => ip.replace(/^::ffff:(?=\d+\.)/, '')

function problemOf(error: unknown): Problem {
  if (error instanceof SiteError) return { code: error.code, message: error.message }
  const { statusCode = 500, message } = error as { readonly statusCode?: number; readonly message: string }
  if (statusCode >= 400 && statusCode < 500) return { code: 'REQUEST_INVALID', message }
  return { code: 'FAILED', message: 'internal error of the management point; see its log' }
}
