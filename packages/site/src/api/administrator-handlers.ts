import { SiteError, type StatusMessage } from '@bootwright/site-protocol'
import * as z from 'zod'
import { siteSchema } from '../model/declaration.ts'
import { fingerprintOf, knownMedium, mediaReader } from '../model/media.ts'
import type { Service, ServiceOptions } from './service.ts'

type AdministratorHandlers = Pick<
  Service,
  'admit' | 'apply' | 'prune' | 'publish' | 'register' | 'media' | 'block' | 'messages' | 'affinities' | 'approve'
>

/** Messages in one response. */
const MESSAGES_LIMIT = 1000

/** Handlers for administrators and for builds. */
export function administratorHandlers({
  database,
  objects,
  sequences,
  sessions,
  prune,
  now,
}: ServiceOptions): AdministratorHandlers {
  const readMedia = mediaReader(database)
  return {
    async apply({ site: declaration, isTrial }) {
      const parsed = siteSchema.safeParse(declaration)
      if (!parsed.success) throw new SiteError('REQUEST_INVALID', z.prettifyError(parsed.error))
      for (const [name, { taskSequence }] of Object.entries(parsed.data.deployments))
        if ((await sequences.latest(taskSequence)) === undefined)
          throw new SiteError(
            'REQUEST_INVALID',
            `the deployment "${name}" refers to the task sequence "${taskSequence}", which has not been published; publish it first with "bootwright build"`,
          )
      return { changes: await objects.apply(parsed.data, isTrial) }
    },
    admit: (_, { caller }) => sessions.createCode(caller?.kind === 'administrator' ? caller.name : ''),
    prune,
    publish: sequences.publish,
    async register(medium) {
      const fingerprint = fingerprintOf(medium)
      const values = { id: medium.id, fingerprint, document: JSON.stringify(medium) }
      await database
        .insertInto('media')
        .values({ ...values, blocked: null })
        .onConflict(conflict => conflict.column('id').doUpdateSet(values))
        .execute()
      return await knownMedium(database, medium.id)
    },
    media: async () => ({ media: await readMedia() }),
    async block({ id, isBlocked }) {
      const blocked = isBlocked ? now().toISOString() : null
      await database.updateTable('media').set({ blocked }).where('id', '=', id).execute()
      return await knownMedium(database, id)
    },
    async messages({ client }) {
      let query = database.selectFrom('status').selectAll()
      if (client !== undefined) query = query.where('client', '=', client)
      const rows = await query
        .orderBy('received', 'desc')
        .orderBy('run')
        .orderBy('number', 'desc')
        .limit(MESSAGES_LIMIT)
        .execute()
      return { messages: rows.map(({ document }): StatusMessage => JSON.parse(document)) }
    },
    async affinities() {
      const rows = await database.selectFrom('affinities').selectAll().where('state', '=', 'pending').execute()
      return { waiting: rows.map(({ client, user_name: user }) => ({ client, user })) }
    },
    async approve({ client }) {
      const { numUpdatedRows } = await database
        .updateTable('affinities')
        .set({ state: 'approved' })
        .where('client', '=', client)
        .where('state', '=', 'pending')
        .executeTakeFirst()
      return { approved: Number(numUpdatedRows) }
    },
  }
}
