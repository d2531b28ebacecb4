import type { IncomingMessage } from 'node:http'
import { Agent as HttpAgent, request as httpRequest } from 'node:http'
import { Agent, type RequestOptions, request } from 'node:https'
import type { Readable } from 'node:stream'

/** Who is asked, and as whom. */
export interface ConnectionOptions {
  /** PEM: all that the certificate of the other side is judged by. */
  readonly authorities: readonly string[]
  readonly identity?: { readonly certificate: string; readonly key: string } | undefined
  readonly signal?: AbortSignal | undefined
  /** `http://proxy.corp.example:3128`; an account as in `http://name:password@…`. */
  readonly proxy?: string | undefined
  /** The certificate is not judged: for what is signed itself. */
  readonly isUnjudged?: boolean
}

/** Why nothing was heard. */
export type ConnectionCode = 'UNREACHABLE' | 'AUTHORITY_UNTRUSTED' | 'DATES_WRONG' | 'NAME_WRONG'

export class ConnectionError extends Error {
  readonly code: ConnectionCode
  constructor(code: ConnectionCode, message: string, cause?: unknown) {
    super(message, { cause })
    this.name = 'ConnectionError'
    this.code = code
  }
}

/** Somebody who is silent for this long is not there. Milliseconds. */
const SILENCE = 30_000

export interface Sent {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array | Readable
}

export interface Connection extends Disposable {
  /** Throws {@link ConnectionError}. The body has to be read. */
  send(url: string, sent: Sent): Promise<IncomingMessage>
}

/** Keeps connections open between requests. */
export function openConnection({
  authorities,
  identity,
  signal,
  proxy,
  isUnjudged = false,
}: ConnectionOptions): Connection {
  // Only what is said here counts: the environment of this process is not asked.
  const proxyEnv = proxy === undefined ? {} : { HTTP_PROXY: proxy, HTTPS_PROXY: proxy }

  const secure = new Agent({
    keepAlive: true,
    proxyEnv,
    ca: [...authorities],
    rejectUnauthorized: !isUnjudged,
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
          timeout: SILENCE,
          ...(signal && { signal }),
        }
        const sending = isPlain ? httpRequest(url, options) : request(url, options)
        sending.on('response', resolve)
        sending.on('timeout', () => sending.destroy(new Error('no answer')))
        sending.on('error', error => reject(signal?.aborted ? signal.reason : explained(url, error)))
        if (body === undefined || typeof body === 'string' || body instanceof Uint8Array) sending.end(body)
        else body.on('error', error => sending.destroy(error)).pipe(sending)
      }),
    [Symbol.dispose]() {
      secure.destroy()
      plain.destroy()
    },
  }
}

/** OpenSSL's words for a chain that ends in nobody who is trusted. */
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

function explained(url: string, error: NodeJS.ErrnoException): ConnectionError {
  const { host } = new URL(url)
  const { code = '' } = error
  if (UNTRUSTED.has(code))
    return new ConnectionError(
      'AUTHORITY_UNTRUSTED',
      `${host} has a certificate of an authority that is not trusted here; give the root certificate of its site`,
      error,
    )
  if (code === 'CERT_HAS_EXPIRED' || code === 'CERT_NOT_YET_VALID')
    return new ConnectionError(
      'DATES_WRONG',
      `the certificate of ${host} ${code === 'CERT_HAS_EXPIRED' ? 'has expired' : 'is not yet valid'}; renew it, or correct the clock`,
      error,
    )
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return new ConnectionError('NAME_WRONG', `the certificate of ${host} is for other names; ${error.message}`, error)
  return new ConnectionError('UNREACHABLE', `${host} does not answer: ${error.message || code}`, error)
}
