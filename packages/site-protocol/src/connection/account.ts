import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { type Connection, ConnectionError, type HttpRequest } from './connection.ts'

/** Account at an OCI registry. */
export interface Account {
  readonly username: string
  readonly password: string
}

const tokenResponse = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() })

/**
 * Answers authentication challenges of registries, with the account (RFC 7617) or with a bearer token (Docker Registry token authentication),
 * which many registries require for anonymous reads too. Credentials are cached for each repository.
 */
export function withAccount(connection: Connection, account?: Account): Connection {
  const cache = new Map<string, string>()
  return {
    async send(url, request) {
      const repository = repositoryOf(url)
      const cached = cache.get(repository)
      const response = await connection.send(url, cached === undefined ? request : withAuthorization(request, cached))
      const challenge = response.headers['www-authenticate']
      if (response.statusCode !== 401 || challenge === undefined || !isRepeatable(request)) return response
      const authorization = await authorizationFor(connection, { challenge, url, account })
      if (authorization === undefined || authorization === cached) return response
      response.resume()
      cache.set(repository, authorization)
      return await connection.send(url, withAuthorization(request, authorization))
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}

/** A consumed stream cannot be sent again. */
const isRepeatable = ({ body }: HttpRequest): boolean =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array
const withAuthorization = (request: HttpRequest, authorization: string): HttpRequest => ({
  ...request,
  headers: { ...request.headers, authorization },
})

function repositoryOf(url: string): string {
  const { origin, pathname } = new URL(url)
  return origin + pathname.replace(/\/(blobs|manifests|tags)\/.*$/, '')
}

interface Challenge {
  readonly challenge: string
  readonly url: string
  readonly account: Account | undefined
}
/** The `Authorization` header that a challenge requires; undefined when there is none to give. */
async function authorizationFor(
  connection: Connection,
  { challenge, url, account }: Challenge,
): Promise<string | undefined> {
  const basic = account && `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`
  if (/^basic\b/i.test(challenge)) return basic
  const parameters = Object.fromEntries(
    [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]),
  )
  if (!/^bearer\b/i.test(challenge) || parameters.realm === undefined || !URL.canParse(parameters.realm))
    return undefined
  const realm = new URL(parameters.realm)
  for (const key of ['service', 'scope'])
    if (parameters[key] !== undefined) realm.searchParams.set(key, parameters[key])
  // An attacker who rewrites the challenge in transit must not receive the password.
  const isSafe = realm.protocol === 'https:' || realm.origin === new URL(url).origin
  const response = await connection.send(realm.href, {
    method: 'GET',
    headers: basic !== undefined && isSafe ? { authorization: basic } : {},
  })
  const token = response.statusCode === 200 ? tokenOf(await text(response)) : undefined
  if (token === undefined) throw tokenRefused(response, realm)
  return `Bearer ${token}`
}

function tokenOf(body: string): string | undefined {
  try {
    const { token, access_token } = tokenResponse.parse(JSON.parse(body))
    return token ?? access_token
  } catch {
    return undefined
  }
}

function tokenRefused(response: IncomingMessage, { host }: URL): ConnectionError {
  response.resume()
  return new ConnectionError(
    'UNREACHABLE',
    `${host} did not issue a token (status ${response.statusCode}); check the account of the registry`,
  )
}
