import { type Change, sha256Of } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'
import { type Site, siteSchema } from './declaration.ts'

/** Kinds of declared objects: keys of a site. */
const KINDS = ['computers', 'collections', 'deployments', 'boundaries'] as const
const SETTINGS = 'settings'
/** Row whose document changes with every update, so that other processes discard their cache. */
const VERSION = 'version'

/** The declared objects of the site. */
export interface Objects {
  /** The current declaration, whichever process applied it. */
  site(): Promise<Site>
  /** Replaces the declaration; a trial only returns the changes. */
  apply(site: Site, isTrial: boolean): Promise<readonly Change[]>
}

export function openObjects(database: Database): Objects {
  let cached: { readonly version: string; readonly site: Site } | undefined
  const version = async (): Promise<string> =>
    (
      await database
        .selectFrom('objects')
        .select('document')
        .where('kind', '=', VERSION)
        .where('name', '=', VERSION)
        .executeTakeFirst()
    )?.document ?? ''
  return {
    async site() {
      const current = await version()
      if (cached?.version !== current) {
        const rows = await database.selectFrom('objects').selectAll().where('kind', '!=', VERSION).execute()
        cached = {
          version: current,
          site: siteOf(new Map(rows.map(each => [`${each.kind} ${each.name}`, each.document]))),
        }
      }
      return cached.site
    },
    apply: (site, isTrial) =>
      database.transaction().execute(async transaction => {
        const rows = await transaction.selectFrom('objects').selectAll().where('kind', '!=', VERSION).execute()
        const before = new Map(rows.map(({ kind, name, document }) => [`${kind} ${name}`, document]))
        const after = documentsOf(site)
        const changes: Change[] = []
        for (const [key, document] of after)
          if (before.get(key) !== document)
            changes.push({ ...partsOf(key), change: before.has(key) ? 'change' : 'add' })
        for (const key of before.keys()) if (!after.has(key)) changes.push({ ...partsOf(key), change: 'remove' })
        if (isTrial || changes.length === 0) return changes
        for (const { kind, name, change } of changes) {
          await transaction.deleteFrom('objects').where('kind', '=', kind).where('name', '=', name).execute()
          if (change === 'remove') continue
          await transaction
            .insertInto('objects')
            .values({ kind, name, document: after.get(`${kind} ${name}`)! })
            .execute()
        }
        if (changes.some(({ kind }) => kind === 'computers')) {
          await transaction.deleteFrom('computer_keys').execute()
          for (const [name, computer] of Object.entries(site.computers))
            for (const key of declaredKeys(computer))
              await transaction
                .insertInto('computer_keys')
                .values({ key, name })
                .onConflict(conflict => conflict.column('key').doNothing())
                .execute()
        }
        const document = sha256Of(JSON.stringify([...after]))
        await transaction
          .insertInto('objects')
          .values({ kind: VERSION, name: VERSION, document })
          .onConflict(conflict => conflict.columns(['kind', 'name']).doUpdateSet({ document }))
          .execute()
        return changes
      }),
  }
}

const declaredKeys = ({ uuid, macAddresses }: Site['computers'][string]): readonly string[] => [
  ...(uuid === undefined ? [] : [`uuid:${uuid.toLowerCase()}`]),
  ...macAddresses.map(each => `mac:${each.toLowerCase().replaceAll('-', ':')}`),
]

function documentsOf(site: Site): ReadonlyMap<string, string> {
  const documents = new Map<string, string>()
  const { computers: _, collections: __, deployments: ___, boundaries: ____, ...settings } = site
  for (const [name, value] of Object.entries(settings)) documents.set(`${SETTINGS} ${name}`, JSON.stringify(value))
  for (const kind of KINDS)
    for (const [name, value] of Object.entries(site[kind])) documents.set(`${kind} ${name}`, JSON.stringify(value))
  return documents
}

function siteOf(documents: ReadonlyMap<string, string>): Site {
  const site: Record<string, unknown> = { name: 'site' }
  for (const [key, document] of documents) {
    const { kind, name } = partsOf(key)
    if (kind === SETTINGS) site[name] = JSON.parse(document)
    else site[kind] = { ...(site[kind] as object), [name]: JSON.parse(document) }
  }
  // Stored objects were validated when applied; keys that an older version did not store get their defaults.
  return { ...siteSchema.parse({ name: 'site' }), ...site } as Site
}

function partsOf(key: string): { readonly kind: string; readonly name: string } {
  const space = key.indexOf(' ')
  return { kind: key.slice(0, space), name: key.slice(space + 1) }
}
