import { randomUUID } from 'node:crypto'
import { type ComputerIdentity, keysOf, SiteError } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'

/** The computers that asked, and what the site knows of them. */
export interface Computers {
  /** The computer's own name here, whichever of its network cards it asks by. */
  clientOf(identity: ComputerIdentity): Promise<string>
  /** Throws `NOT_FOUND` for a name that nobody has. */
  identityOf(client: string): Promise<ComputerIdentity>
  /** Those that asked, the latest first. */
  list(): Promise<readonly { readonly client: string; readonly identity: ComputerIdentity; readonly seen: string }[]>
  /** The name under which a computer is declared. */
  declaredName(identity: ComputerIdentity): Promise<string | undefined>
  /** Of each. */
  declaredNames(identities: readonly ComputerIdentity[]): Promise<readonly (string | undefined)[]>
}

const COMPUTERS_SHOWN = 1000
/** Databases take so many values in one question, and more. */
const KEYS_AT_ONCE = 1000

export function openComputers(database: Database, now: () => Date): Computers {
  const declaredNames: Computers['declaredNames'] = async identities => {
    const keys = [...new Set(identities.flatMap(keysOf))]
    const names = new Map<string, string>()
    for (let from = 0; from < keys.length; from += KEYS_AT_ONCE) {
      const some = keys.slice(from, from + KEYS_AT_ONCE)
      const found = await database.selectFrom('computer_keys').selectAll().where('key', 'in', some).execute()
      for (const { key, name } of found) names.set(key, name)
    }
    return identities.map(identity =>
      keysOf(identity)
        .map(key => names.get(key))
        .find(each => each !== undefined),
    )
  }
  return {
    async clientOf(identity) {
      const keys = keysOf(identity)
      if (keys.length === 0)
        throw new SiteError(
          'REQUEST_INVALID',
          'this computer has neither a UUID nor a network card that tells it from others',
        )
      return await database.transaction().execute(async transaction => {
        const known = await transaction.selectFrom('client_keys').selectAll().where('key', 'in', keys).execute()
        const id = keys.map(key => known.find(each => each.key === key)).find(Boolean)?.client ?? randomUUID()
        const record = { identity: JSON.stringify(identity), seen: now().toISOString() }
        await transaction
          .insertInto('clients')
          .values({ id, ...record })
          .onConflict(conflict => conflict.column('id').doUpdateSet(record))
          .execute()
        for (const key of keys.filter(each => !known.some(({ key: other }) => other === each)))
          await transaction
            .insertInto('client_keys')
            .values({ key, client: id })
            .onConflict(conflict => conflict.column('key').doNothing())
            .execute()
        return id
      })
    },
    async list() {
      const rows = await database
        .selectFrom('clients')
        .selectAll()
        .orderBy('seen', 'desc')
        .limit(COMPUTERS_SHOWN)
        .execute()
      return rows.map(({ id, identity, seen }) => ({ client: id, identity: JSON.parse(identity), seen }))
    },
    async declaredName(identity) {
      const [name] = await declaredNames([identity])
      return name
    },
    declaredNames,
    async identityOf(client) {
      const row = await database.selectFrom('clients').selectAll().where('id', '=', client).executeTakeFirst()
      if (!row) throw new SiteError('NOT_FOUND', 'this computer did not ask for its policy; ask for that first')
      return JSON.parse(row.identity)
    },
  }
}
