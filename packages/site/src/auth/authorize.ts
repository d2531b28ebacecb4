import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { SiteError } from '@bootwright/site-protocol'
import type { FastifyRequest } from 'fastify'
import type { Database } from '../database/database.ts'
import type { Objects } from '../model/objects.ts'
import { type Caller, callerOf } from './callers.ts'
import type { Sessions } from './sessions.ts'

type Needed = 'medium' | 'viewer' | 'administrator'

/** Judges who asks, before what is asked is read. */
export interface Judge {
  /** A hook of a route. */
  as(by: Needed): { onRequest(request: FastifyRequest): Promise<void> }
  /** Of a request that was judged. */
  callerOf(request: FastifyRequest): Caller | undefined
}

export interface JudgeOptions {
  readonly database: Database
  readonly objects: Objects
  readonly sessions: Sessions
  readonly now: () => Date
}

/** Set by the server alone, over HTTPS, for the whole of it (RFC 6265bis 4.1.3.2). */
export const SESSION_COOKIE = '__Host-session'

export function createJudge({ database, objects, sessions, now }: JudgeOptions): Judge {
  const callers = new WeakMap<FastifyRequest, Caller>()
  const judged = async (request: FastifyRequest, by: Needed): Promise<Caller> => {
    const token = by === 'viewer' ? tokenOf(request) : undefined
    if (token !== undefined) {
      const name = await sessions.viewer(token)
      if (name !== undefined) return { kind: 'viewer', name }
    }
    const { raw, chain } = presented(request.raw.socket as TLSSocket)
    if (by === 'viewer' && !raw)
      throw new SiteError('SIGN_IN_NEEDED', 'sign in by a code, which bootwright site page gives')
    const caller = await callerOf(database, await objects.site(), raw, chain, now())
    if (by !== 'medium' && caller.kind !== 'administrator')
      throw new SiteError('ADMINISTRATOR_NEEDED', 'this is for administrators of the site')
    return caller
  }
  return {
    as: by => ({
      async onRequest(request) {
        callers.set(request, await judged(request, by))
      },
    }),
    callerOf: request => callers.get(request),
  }
}

export function tokenOf({ headers }: FastifyRequest): string | undefined {
  const prefix = `${SESSION_COOKIE}=`
  const cookies = (headers.cookie ?? '').split(';').map(each => each.trim())
  return cookies.find(each => each.startsWith(prefix))?.slice(prefix.length)
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
