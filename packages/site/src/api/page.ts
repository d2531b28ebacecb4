import { SiteError } from '@bootwright/site-protocol'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { type Judge, SESSION_COOKIE, tokenOf } from '../auth/authorize.ts'
import { SESSION_SECONDS, type Sessions } from '../auth/sessions.ts'
import { pageFiles } from '../page-files.ts'
import type { Service } from './service.ts'
import { watch } from './watch.ts'

export interface PageOptions {
  readonly service: Service
  readonly sessions: Sessions
  readonly judge: Judge
}

/** Nothing from elsewhere, and nobody shows it within a page of theirs. */
const HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cache-control': 'no-cache',
}
/** After this a browser asks again, and is judged again. Milliseconds. */
const EVENTS_LAST = 10 * 60_000
/** So that nobody in between ends a connection that is silent. Milliseconds. */
const HEARTBEAT = 15_000

/** The page that shows what goes on, for browsers that an administrator let in. */
export function addPage(server: FastifyInstance, { service, sessions, judge }: PageOptions): void {
  const send = async (reply: FastifyReply, name: string): Promise<FastifyReply> => {
    const file = (await pageFiles()).get(name)
    if (!file) throw new SiteError('NOT_FOUND', 'there is nothing here')
    return reply.headers(HEADERS).type(file.type).send(file.body)
  }
  server.get('/', (_, reply) => send(reply, 'index.html'))
  server.get('/page/:name', (request, reply) => send(reply, (request.params as { readonly name: string }).name))

  const cookie = (token: string, seconds: number): string =>
    `${SESSION_COOKIE}=${token}; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=${seconds}`
  server.post('/v1/session', async (request, reply) => {
    const { code } = (request.body ?? {}) as { readonly code?: unknown }
    const token = typeof code === 'string' ? await sessions.begin(code) : undefined
    if (token === undefined)
      throw new SiteError('SIGN_IN_NEEDED', 'this code was used, or is too old; bootwright site page gives another one')
    return reply.code(204).header('set-cookie', cookie(token, SESSION_SECONDS)).send()
  })
  server.delete('/v1/session', async (request, reply) => {
    const token = tokenOf(request)
    if (token !== undefined) await sessions.end(token)
    return reply.code(204).header('set-cookie', cookie('', 0)).send()
  })

  const watched = watch(async () => JSON.stringify(await service.overview({}, { caller: undefined, address: '' })))
  server.get('/v1/overview/events', judge.as('viewer'), (_, reply) => {
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    // Who reads slowly gets the latest only, when there is room again.
    let waiting: string | undefined
    const show = (document: string): void => {
      if (raw.writableNeedDrain) waiting = document
      else raw.write(`data: ${document}\n\n`)
    }
    raw.on('drain', () => {
      const document = waiting
      waiting = undefined
      if (document !== undefined) show(document)
    })
    const leave = watched(show)
    const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT)
    const end = setTimeout(() => raw.end(), EVENTS_LAST)
    raw.on('close', () => {
      leave()
      clearInterval(heartbeat)
      clearTimeout(end)
    })
  })
}
