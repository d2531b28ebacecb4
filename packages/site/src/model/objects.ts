import { createHash } from 'node:crypto'
import type { Change } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'
import { type Site, siteSchema } from './declaration.ts'

/** Kinds of declared objects, by the keys of a site. */
const KINDS = ['computers', 'collections', 'deployments', 'boundaries'] as const
const SETTINGS = 'settings'
/** Says that something changed, to processes that remember. */
const VERSION = 'version'

export interface Objects {
  /** What is declared now, by whatever process. */
  site(): Promise<Site>
  /** Makes it that; as a trial only says what would change. */
  apply(site: Site, isTrial: boolean): Promise<readonly Change[]>
}

export function openObjects(database: Database): Objects {
  let remembered: { readonly version: string; readonly site: Site } | undefined
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
      const now = await version()
      if (remembered?.version !== now) {
        const rows = await database.selectFrom('objects').selectAll().where('kind', '!=', VERSION).execute()
        remembered = {
          version: now,
          site: siteOf(new Map(rows.map(each => [`${each.kind} ${each.name}`, each.document]))),
        }
      }
      return remembered.site
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
        const document = createHash('sha256')
          .update(JSON.stringify([...after]))
          .digest('hex')
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
  return siteSchemaOfStored(site)
}

/** What is stored was judged before; what an older version stored has no word of what is new. */
function siteSchemaOfStored(site: Record<string, unknown>): Site {
  const empty = siteSchema.parse({ name: 'site' })
  return { ...empty, ...site } as Site
}

function partsOf(key: string): { readonly kind: string; readonly name: string } {
  const space = key.indexOf(' ')
  return { kind: key.slice(0, space), name: key.slice(space + 1) }
}
