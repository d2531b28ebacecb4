import type { KnownComputer } from '@bootwright/site-protocol'
import { mediaReader } from '../model/media.ts'
import { collectionsOf } from '../model/policy.ts'
import type { Service, ServiceOptions } from './service.ts'

/** Handlers for the page. They change no data. */
export function viewerHandlers({
  database,
  objects,
  computers,
  runs,
  sequences,
  stored,
}: ServiceOptions): Pick<Service, 'overview' | 'run' | 'contents' | 'computers' | 'sequences'> {
  const readMedia = mediaReader(database)
  return {
    async overview() {
      const { count } = await database
        .selectFrom('affinities')
        .select(each => each.fn.countAll().as('count'))
        .where('state', '=', 'pending')
        .executeTakeFirstOrThrow()
      const media = await readMedia()
      return {
        site: (await objects.site()).name,
        runs: await runs.list(computers.declaredNames),
        media: media.map(({ id, name, type, label, validTo, blocked }) => ({
          id,
          name,
          type,
          label,
          validTo,
          ...(blocked !== undefined && { blocked }),
        })),
        waiting: Number(count),
      }
    },
    run: ({ run }) => runs.read(run),
    async computers() {
      const site = await objects.site()
      const all = await computers.list()
      const names = await computers.declaredNames(all.map(({ identity }) => identity))
      const contacted = all.map(({ client, identity, seen }, index): KnownComputer => {
        const name = names[index]
        const collections = collectionsOf(site, { identity, name })
        return { client, identity, seen, collections, ...(name !== undefined && { name }) }
      })
      const uncontacted = Object.keys(site.computers).filter(name => !contacted.some(each => each.name === name))
      const unknownHardware = { make: '', model: '' }
      return {
        computers: [
          ...contacted,
          ...uncontacted.map(name => ({ name, collections: collectionsOf(site, { identity: unknownHardware, name }) })),
        ],
      }
    },
    async sequences() {
      const { deployments } = await objects.site()
      const latest = new Map<string, number>()
      const all = await sequences.list()
      for (const { published, revision } of all)
        latest.set(published.name, Math.max(latest.get(published.name) ?? 0, revision))
      return {
        sequences: all.map(({ created, revision, published: { name, platform, contents } }) => ({
          name,
          revision,
          created,
          platform,
          contents: contents.map(({ kind, name: content, version, files }) => ({
            kind,
            name: content,
            ...(version !== undefined && { version }),
            bytes: files.reduce((sum, { size }) => sum + size, 0),
          })),
          deployments: Object.entries(deployments).flatMap(([id, { taskSequence, revision: fixed }]) =>
            taskSequence === name && (fixed ?? latest.get(name)) === revision ? [id] : [],
          ),
        })),
      }
    },
    contents: async () => ({ contents: await stored() }),
  }
}
