import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import * as z from 'zod'
import { type Connection, ConnectionError, type Sent } from './connection.ts'

/** Of a registry. */
export interface Account {
  readonly username: string
  readonly password: string
}

const tokenAnswer = z.looseObject({ token: z.string().optional(), access_token: z.string().optional() })

/**
 * Answers a registry that asks who is there: with the account (RFC 7617), or with a token, which many ask for even of who may read without an
 * account (Docker Registry, token authentication). What it said is remembered for each repository.
 */
export function withAccount(connection: Connection, account?: Account): Connection {
  const known = new Map<string, string>()
  return {
    async send(url, sent) {
      const repository = repositoryOf(url)
      const authorization = known.get(repository)
      const response = await connection.send(url, authorization === undefined ? sent : withHeader(sent, authorization))
      const challenge = response.headers['www-authenticate']
      if (response.statusCode !== 401 || challenge === undefined || !isRepeatable(sent)) return response
      const answer = await answerTo(connection, { challenge, url, account })
      if (answer === undefined || answer === authorization) return response
      response.resume()
      known.set(repository, answer)
      return await connection.send(url, withHeader(sent, answer))
    },
    [Symbol.dispose]: () => connection[Symbol.dispose](),
  }
}

/** What was read from a stream cannot be sent again. */
const isRepeatable = ({ body }: Sent): boolean =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array
const withHeader = (sent: Sent, authorization: string): Sent => ({
  ...sent,
  headers: { ...sent.headers, authorization },
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
async function answerTo(connection: Connection, { challenge, url, account }: Challenge): Promise<string | undefined> {
  const basic = account && `Basic ${Buffer.from(`${account.username}:${account.password}`).toString('base64')}`
  if (/^basic\b/i.test(challenge)) return basic
  const wanted = Object.fromEntries([...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, key, value]) => [key, value]))
  if (!/^bearer\b/i.test(challenge) || wanted.realm === undefined || !URL.canParse(wanted.realm)) return undefined
  const realm = new URL(wanted.realm)
  for (const key of ['service', 'scope']) if (wanted[key] !== undefined) realm.searchParams.set(key, wanted[key])
  // Nobody who only changed an answer on its way gets the password.
  const isSafe = realm.protocol === 'https:' || realm.origin === new URL(url).origin
  const response = await connection.send(realm.href, {
    method: 'GET',
    headers: basic !== undefined && isSafe ? { authorization: basic } : {},
  })
  const token = response.statusCode === 200 ? tokenOf(await text(response)) : undefined
  if (token === undefined) throw refused(response, realm)
  return `Bearer ${token}`
}

function tokenOf(written: string): string | undefined {
  try {
    const { token, access_token } = tokenAnswer.parse(JSON.parse(written))
    return token ?? access_token
  } catch {
    return undefined
  }
}

function refused(response: IncomingMessage, { host }: URL): ConnectionError {
  response.resume()
  return new ConnectionError(
    'UNREACHABLE',
    `${host} gives no token (status ${response.statusCode}): is the account right?`,
  )
}
