import type { ComputerIdentity } from '@bootwright/site-protocol'
import { knownMedia } from './media.ts'
import type { Service, ServiceOptions } from './service.ts'

/** What the page shows: it changes nothing. */
export function forViewers({
  database,
  objects,
  computers,
  runs,
  stored,
}: ServiceOptions): Pick<Service, 'overview' | 'run' | 'contents'> {
  return {
    async overview() {
      const nameOf = (identity: ComputerIdentity): Promise<string | undefined> => computers.declaredName(identity)
      const { count } = await database
        .selectFrom('affinities')
        .select(each => each.fn.countAll().as('count'))
        .where('state', '=', 'pending')
        .executeTakeFirstOrThrow()
      const media = await knownMedia(database)
      return {
        site: (await objects.site()).name,
        runs: await runs.list(nameOf),
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
    contents: async () => ({ contents: await stored() }),
  }
}
