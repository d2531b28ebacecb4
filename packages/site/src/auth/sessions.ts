import { randomBytes } from 'node:crypto'
import { sha256Of } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'

/** Sessions of browsers that view the page. Codes and tokens are stored as digests. */
export interface Sessions {
  /** Creates a code that signs in one browser within five minutes. */
  createCode(administrator: string): Promise<{ readonly code: string; readonly validTo: string }>
  /** Exchanges a code for a session token; undefined when the code is wrong, used or expired. */
  start(code: string): Promise<string | undefined>
  /** The administrator who created the code of a session; undefined when the token is wrong or expired. */
  viewerOf(token: string): Promise<string | undefined>
  end(token: string): Promise<void>
}

const MINUTE = 60_000
/** Milliseconds. */
const LIFETIME = { code: 5 * MINUTE, session: 12 * 60 * MINUTE } as const
/** Seconds. */
export const SESSION_SECONDS: number = LIFETIME.session / 1000

export function openSessions(database: Database, now: () => Date): Sessions {
  const add = async (kind: keyof typeof LIFETIME, name: string): Promise<{ secret: string; validTo: string }> => {
    const secret = randomBytes(24).toString('base64url')
    const valid_to = new Date(now().getTime() + LIFETIME[kind]).toISOString()
    await database.deleteFrom('sessions').where('valid_to', '<=', now().toISOString()).execute()
    await database
      .insertInto('sessions')
      .values({ digest: sha256Of(secret), kind, name, valid_to })
      .execute()
    return { secret, validTo: valid_to }
  }
  const find = async (kind: keyof typeof LIFETIME, secret: string): Promise<string | undefined> => {
    const row = await database
      .selectFrom('sessions')
      .select('name')
      .where('digest', '=', sha256Of(secret))
      .where('kind', '=', kind)
      .where('valid_to', '>', now().toISOString())
      .executeTakeFirst()
    return row?.name
  }
  const remove = async (secret: string): Promise<boolean> => {
    const { numDeletedRows } = await database
      .deleteFrom('sessions')
      .where('digest', '=', sha256Of(secret))
      .executeTakeFirst()
    return numDeletedRows > 0n
  }
  return {
    async createCode(administrator) {
      const { secret, validTo } = await add('code', administrator)
      return { code: secret, validTo }
    },
    async start(code) {
      const name = await find('code', code)
      // Of two simultaneous requests, only the one that deletes the code gets a session.
      if (name === undefined || !(await remove(code))) return undefined
      return (await add('session', name)).secret
    },
    viewerOf: token => find('session', token),
    async end(token) {
      await remove(token)
    },
  }
}
