import type { DetailedPeerCertificate, TLSSocket } from 'node:tls'
import { type RequiredCaller, SiteError } from '@bootwright/site-protocol'
import type { FastifyRequest } from 'fastify'
import type { Database } from '../database/database.ts'
import type { Objects } from '../model/objects.ts'
import { type Caller, callerOf } from './callers.ts'
import type { Sessions } from './sessions.ts'

/** The hook that a route with authorization has. */
interface AuthorizedRoute {
  onRequest?(request: FastifyRequest): Promise<void>
}

/**
 * Authorizes requests before their body is read. Every route states its required caller where it is registered: those of the management point in
 * `ROUTES` of `@bootwright/site-protocol`, all others beside their path with `authorizer.require(…)`.
 */
export interface Authorizer {
  /** Options of a route that admits this kind of caller. Administrators are admitted everywhere. */
  require(caller: RequiredCaller): AuthorizedRoute
  /** The caller of an authorized request; undefined on routes for anyone. */
  callerOf(request: FastifyRequest): Caller | undefined
}

export interface AuthorizerOptions {
  readonly database: Database
  readonly objects: Objects
  readonly sessions: Sessions
  readonly now: () => Date
}

/** The prefix makes browsers accept the cookie only from this host, over HTTPS, for every path (RFC 6265bis 4.1.3.2). */
export const SESSION_COOKIE = '__Host-session'

export function createAuthorizer({ database, objects, sessions, now }: AuthorizerOptions): Authorizer {
  const callers = new WeakMap<FastifyRequest, Caller>()
  const authorize = async (request: FastifyRequest, required: RequiredCaller): Promise<Caller> => {
    const token = required === 'viewer' ? sessionTokenOf(request) : undefined
    if (token !== undefined) {
      const name = await sessions.viewerOf(token)
      if (name !== undefined) return { kind: 'viewer', name }
    }
    const { raw, chain } = peerCertificates(request.raw.socket as TLSSocket)
    if (required === 'viewer' && !raw)
      throw new SiteError('SIGN_IN_NEEDED', 'not signed in; get a code with "bootwright site page"')
    const caller = await callerOf(database, await objects.site(), raw, chain, now())
    if (required !== 'medium' && caller.kind !== 'administrator')
      throw new SiteError(
        'ADMINISTRATOR_NEEDED',
        'this request requires the certificate of an administrator of the site',
      )
    return caller
  }
  return {
    require: required =>
      required === 'anyone'
        ? {}
        : {
            async onRequest(request) {
              callers.set(request, await authorize(request, required))
            },
          },
    callerOf: request => callers.get(request),
  }
}

export function sessionTokenOf({ headers }: FastifyRequest): string | undefined {
  const prefix = `${SESSION_COOKIE}=`
  const cookies = (headers.cookie ?? '').split(';').map(each => each.trim())
  return cookies.find(each => each.startsWith(prefix))?.slice(prefix.length)
}

interface PeerCertificates {
  /** DER; undefined when the client sent no certificate. */
  readonly raw: Uint8Array | undefined
  /** DER: the issuers that the client sent along. */
  readonly chain: readonly Uint8Array[]
}
const cache = new WeakMap<TLSSocket, PeerCertificates>()
const CHAIN_LIMIT = 8

/** The certificates of a connection's TLS handshake. */
function peerCertificates(socket: TLSSocket): PeerCertificates {
  const cached = cache.get(socket)
  if (cached) return cached
  const peer = socket.getPeerCertificate(true) as DetailedPeerCertificate | Record<string, never>
  const chain: Uint8Array[] = []
  for (let issuer = peer.issuerCertificate; issuer && chain.length < CHAIN_LIMIT; issuer = issuer.issuerCertificate) {
    if (chain.some(each => issuer.raw.equals(each))) break
    chain.push(issuer.raw)
  }
  const certificates = { raw: peer.raw as Uint8Array | undefined, chain }
  cache.set(socket, certificates)
  return certificates
}
