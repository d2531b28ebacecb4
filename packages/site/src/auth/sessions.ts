import { createHash, randomBytes } from 'node:crypto'
import type { Database } from '../database/database.ts'

/** Browsers that an administrator let look at the page. Only digests of what they hold are kept. */
export interface Sessions {
  /** A code for one browser, soon. */
  admit(administrator: string): Promise<{ readonly code: string; readonly validTo: string }>
  /** What the browser keeps, for a code; undefined of a code that is wrong, used or too old. */
  begin(code: string): Promise<string | undefined>
  /** Who let in the browser that holds this; undefined when nobody did, or long ago. */
  viewer(token: string): Promise<string | undefined>
  end(token: string): Promise<void>
}

const MINUTE = 60_000
/** Milliseconds. */
const VALID = { code: 5 * MINUTE, session: 12 * 60 * MINUTE } as const
/** Seconds. */
export const SESSION_SECONDS: number = VALID.session / 1000

export function openSessions(database: Database, now: () => Date): Sessions {
  const add = async (kind: keyof typeof VALID, name: string): Promise<{ secret: string; validTo: string }> => {
    const secret = randomBytes(24).toString('base64url')
    const valid_to = new Date(now().getTime() + VALID[kind]).toISOString()
    await database.deleteFrom('sessions').where('valid_to', '<=', now().toISOString()).execute()
    await database
      .insertInto('sessions')
      .values({ digest: digestOf(secret), kind, name, valid_to })
      .execute()
    return { secret, validTo: valid_to }
  }
  const find = async (kind: keyof typeof VALID, secret: string): Promise<string | undefined> => {
    const row = await database
      .selectFrom('sessions')
      .select('name')
      .where('digest', '=', digestOf(secret))
      .where('kind', '=', kind)
      .where('valid_to', '>', now().toISOString())
      .executeTakeFirst()
    return row?.name
  }
  const remove = async (secret: string): Promise<boolean> => {
    const { numDeletedRows } = await database
      .deleteFrom('sessions')
      .where('digest', '=', digestOf(secret))
      .executeTakeFirst()
    return numDeletedRows > 0n
  }
  return {
    async admit(administrator) {
      const { secret, validTo } = await add('code', administrator)
      return { code: secret, validTo }
    },
    async begin(code) {
      const name = await find('code', code)
      // Who deletes it has it: two that come at once are one too many.
      if (name === undefined || !(await remove(code))) return undefined
      return (await add('session', name)).secret
    },
    viewer: token => find('session', token),
    async end(token) {
      await remove(token)
    },
  }
}

const digestOf = (secret: string): string => createHash('sha256').update(secret).digest('hex')
