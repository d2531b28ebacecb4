import type { FastifyInstance } from 'fastify'
import type { Authorizer } from '../auth/authorize.ts'
import type { Service } from './service.ts'
import { watch } from './watch.ts'

/** Milliseconds: then the browser reconnects and is authorized again. */
const CONNECTION_LIFETIME = 10 * 60_000
/** Milliseconds: proxies close connections that stay silent longer. */
const HEARTBEAT = 15_000

/** Adds the server-sent events that keep the page up to date. */
export function addPageEvents(
  server: FastifyInstance,
  { service, authorizer }: { readonly service: Service; readonly authorizer: Authorizer },
): void {
  const subscribe = watch(async () => JSON.stringify(await service.overview({}, { caller: undefined, address: '' })))
  server.get('/v1/overview/events', authorizer.require('viewer'), (_, reply) => {
    reply.hijack()
    const { raw } = reply
    raw.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' })
    // A slow reader skips to the latest document.
    let pending: string | undefined
    const send = (document: string): void => {
      if (raw.writableNeedDrain) pending = document
      else raw.write(`data: ${document}\n\n`)
    }
    raw.on('drain', () => {
      const document = pending
      pending = undefined
      if (document !== undefined) send(document)
    })
    const unsubscribe = subscribe(send)
    const heartbeat = setInterval(() => raw.write(':\n\n'), HEARTBEAT)
    const end = setTimeout(() => raw.end(), CONNECTION_LIFETIME)
    raw.on('close', () => {
      unsubscribe()
      clearInterval(heartbeat)
      clearTimeout(end)
    })
  })
}
