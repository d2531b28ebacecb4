import { randomUUID } from 'node:crypto'
import { type ComputerIdentity, keysOf, SiteError } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'

/** Computers that have contacted the site, and the names under which they are declared. */
export interface Computers {
  /** The computer's client identifier, whichever network card it uses; assigned at its first request. */
  clientOf(identity: ComputerIdentity): Promise<string>
  /** Throws `NOT_FOUND` for an unknown identifier. */
  identityOf(client: string): Promise<ComputerIdentity>
  /** Computers that have contacted the site, latest first. */
  list(): Promise<readonly { readonly client: string; readonly identity: ComputerIdentity; readonly seen: string }[]>
  /** The name under which a computer is declared. */
  declaredName(identity: ComputerIdentity): Promise<string | undefined>
  /** The declared name of each computer. */
  declaredNames(identities: readonly ComputerIdentity[]): Promise<readonly (string | undefined)[]>
}

const COMPUTERS_LIMIT = 1000
/** Databases limit the parameters of one query. */
const KEYS_PER_QUERY = 1000

export function openComputers(database: Database, now: () => Date): Computers {
  const declaredNames: Computers['declaredNames'] = async identities => {
    const keys = [...new Set(identities.flatMap(keysOf))]
    const names = new Map<string, string>()
    for (let from = 0; from < keys.length; from += KEYS_PER_QUERY) {
      const some = keys.slice(from, from + KEYS_PER_QUERY)
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
          'this computer cannot be identified: its firmware has no usable UUID, and it has no network card',
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
        .limit(COMPUTERS_LIMIT)
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
      if (!row) throw new SiteError('NOT_FOUND', 'this computer is not known to the site; request its policy first')
      return JSON.parse(row.identity)
    },
  }
}
