import type { IncomingMessage } from 'node:http'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import type { Readable } from 'node:stream'

export interface ConnectionOptions {
  /** PEM: the only trust anchors for the server's certificate. */
  readonly authorities: readonly string[]
  /** Client certificate and its key, in PEM. */
  readonly identity?: { readonly certificate: string; readonly key: string } | undefined
  readonly signal?: AbortSignal | undefined
  /** For example `http://proxy.corp.example:3128`, or with an account `http://name:password@…`. */
  readonly proxy?: string | undefined
  /** Skips verification of the server's certificate, for responses that carry a signature of their own. */
  readonly isUnverified?: boolean
}

/** Why a request got no response. */
export type ConnectionCode = 'UNREACHABLE' | 'AUTHORITY_UNTRUSTED' | 'DATES_WRONG' | 'NAME_WRONG'

/** A server that cannot be reached or trusted. */
export class ConnectionError extends Error {
  readonly code: ConnectionCode
  constructor(code: ConnectionCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ConnectionError'
    this.code = code
  }
}

/** Milliseconds without data after which a request fails. */
const IDLE_TIMEOUT = 30_000

export interface HttpRequest {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | Readable
}

export interface Connection extends Disposable {
  /** Throws {@link ConnectionError}. The caller consumes the body. */
  send(url: string, request: HttpRequest): Promise<IncomingMessage>
}

/** Opens a client that reuses connections between requests. */
export function openConnection({
  authorities,
  identity,
  signal,
  proxy,
  isUnverified = false,
}: ConnectionOptions): Connection {
  // Set explicitly, so that the environment of this process is ignored.
  const proxyEnv = proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }

  const secure = new Agent({
    keepAlive: true,
    proxyEnv,
    ca: [...authorities],
    rejectUnauthorized: !isUnverified,
    ...(identity && { cert: identity.certificate, key: identity.key }),
  })
  const plain = new HttpAgent({ keepAlive: true, proxyEnv })
  return {
    send: (url, { method, headers = {}, body }) =>
      new Promise((resolve, reject) => {
        const isPlain = new URL(url).protocol === 'http:'
        const options: RequestOptions = {
          method,
          headers: {
            ...headers,
            ...((typeof body === 'string' || body instanceof Uint8Array) && {
              'content-length': Buffer.byteLength(body as string),
            }),
          },
          agent: isPlain ? plain : secure,
          timeout: IDLE_TIMEOUT,
          ...(signal && { signal }),
        }
        const sending = isPlain ? httpRequest(url, options) : request(url, options)
        sending.on('response', resolve)
        sending.on('timeout', () => sending.destroy(new Error('no response')))
        sending.on('error', error => reject(signal?.aborted ? signal.reason : connectionError(url, error)))
        if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) sending.end(body)
        else body.on('error', error => sending.destroy(error)).pipe(sending)
      }),
    [Symbol.dispose]() {
      secure.destroy()
      plain.destroy()
    },
  }
}

/** OpenSSL error codes for a chain that does not end at a trust anchor. */
const UNTRUSTED = new Set([
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
  'INVALID_PURPOSE',
])

function connectionError(url: string, error: NodeJS.ErrnoException): ConnectionError {
  const { host } = new URL(url)
  const { code = '' } = error
  if (UNTRUSTED.has(code))
    return new ConnectionError(
      'AUTHORITY_UNTRUSTED',
      `the certificate of ${host} was issued by an untrusted authority; add the root certificate of its site`,
      error,
    )
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return new ConnectionError(
      'DATES_WRONG',
      `the certificate of ${host} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not yet valid'}; renew it or correct the clock`,
      error,
    )
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new ConnectionError(
      'NAME_WRONG',
      `the certificate of ${host} is for other host names: ${error.message}`,
      error,
    )
  return new ConnectionError('UNREACHABLE', `${host} cannot be reached: ${error.message || code}`, error)
}
