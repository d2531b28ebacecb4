import { SiteError } from '@bootwright/site-protocol'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Authorizer, SESSION_COOKIE, sessionTokenOf } from '../auth/authorize.ts'
import { SESSION_SECONDS, type Sessions } from '../auth/sessions.ts'

export interface PageFile {
  /** Media type. */
  readonly type: string
  readonly body: string
}

/** The files of the page by name. */
export type PageFiles = () => Promise<ReadonlyMap<string, PageFile>>

export interface PageOptions {
  readonly pageFiles: PageFiles
  readonly sessions: Sessions
  readonly authorizer: Authorizer
}

/** No resources from other origins, and no embedding in other pages. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}

/** Adds the page and its sign-in. Its files hold no data of the site, so anyone may load them. */
export function addPage(server: FastifyInstance, { pageFiles, sessions, authorizer }: PageOptions): void {
  const send = async (reply: FastifyReply, name: string): Promise<FastifyReply> => {
    const file = (await pageFiles()).get(name)
    if (!file) throw new SiteError('NOT_FOUND', 'not found')
    return reply.headers(HEADERS).type(file.type).send(file.body)
  }
  server.get('/', authorizer.require('anyone'), (_, reply) => send(reply, 'index.html'))
  server.get('/page/:name', authorizer.require('anyone'), (request, reply) =>
    send(reply, (request.params as { readonly name: string }).name),
  )

  const cookie = (token: string, seconds: number): string =>
    `${SESSION_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${seconds}`
  server.post('/v1/session', authorizer.require('anyone'), async (request, reply) => {
    const { code } = (request.body ?? {}) as { readonly code?: unknown }
    const token = typeof code === 'string' ? await sessions.start(code) : undefined
    if (token === undefined)
      throw new SiteError(
        'SIGN_IN_NEEDED',
        'this code is wrong, used or expired; get another one with "bootwright site page"',
      )
    return reply.code(204).header('set-cookie', cookie(token, SESSION_SECONDS)).send()
  })
  server.delete('/v1/session', authorizer.require('anyone'), async (request, reply) => {
    const token = sessionTokenOf(request)
    if (token !== undefined) await sessions.end(token)
    return reply.code(204).header('set-cookie', cookie('', 0)).send()
  })
}
