import { randomUUID, sign, X509Certificate } from 'node:crypto'
import {
  type AnswerOf,
  blobsOf,
  type ComputerIdentity,
  decodeChunks,
  type KnownMedium,
  keysOf,
  type PublishedSequence,
  type RegisteredMedium,
  type RequestOf,
  type RouteName,
  SiteError,
  type StatusMessage,
  signedText,
} from '@bootwright/site-protocol'
import * as z from 'zod'
import type { Credentials } from './authority.ts'
import type { BlobStore } from './blob-store.ts'
import type { Caller } from './callers.ts'
import type { Database } from './database/database.ts'
import { siteSchema } from './declared.ts'
import type { Objects } from './objects.ts'
import { deploymentsFor, locate, variablesFor } from './policy.ts'

export interface Call {
  readonly caller: Caller | undefined
  /** Address of the other side. */
  readonly address: string
}
/** Answers what may be asked, whoever carries it. */
export type Service = {
  readonly [N in RouteName]: (request: RequestOf<N>, call: Call) => Promise<AnswerOf<N>>
}

export interface ServiceOptions {
  readonly database: Database
  readonly objects: Objects
  /** Of this point, as computers reach it. */
  readonly url: string
  /** Distribution points of the point's own. */
  readonly content: readonly string[]
  readonly credentials: Credentials
  readonly blobs: BlobStore
  readonly now: () => Date
}

/** Messages of one answer. */
const MESSAGES_SHOWN = 1000

export function createService({ database, objects, url, content, credentials, blobs, now }: ServiceOptions): Service {
  /** The computer's own name here, whichever of its network cards it asks by. */
  const clientOf = async (identity: ComputerIdentity): Promise<string> => {
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
  }

  /** The name under which a computer is declared. */
  const declaredName = async (identity: ComputerIdentity): Promise<string | undefined> => {
    const keys = keysOf(identity)
    if (keys.length === 0) return undefined
    const found = await database.selectFrom('computer_keys').selectAll().where('key', 'in', keys).execute()
    return keys.map(key => found.find(each => each.key === key)).find(Boolean)?.name
  }

  const identityOf = async (client: string): Promise<ComputerIdentity> => {
    const row = await database.selectFrom('clients').selectAll().where('id', '=', client).executeTakeFirst()
    if (!row) throw new SiteError('NOT_FOUND', 'this computer did not ask for its policy; ask for that first')
    return JSON.parse(row.identity)
  }

  const latest = async (name: string): Promise<number | undefined> => {
    const row = await database
      .selectFrom('sequences')
      .select('revision')
      .where('name', '=', name)
      .orderBy('revision', 'desc')
      .executeTakeFirst()
    return row && Number(row.revision)
  }

  const judgeKnown = (name: string | undefined, { caller }: Call): void => {
    if (name === undefined && caller?.kind === 'medium' && !caller.allowsUnknown)
      throw new SiteError(
        'COMPUTER_UNKNOWN',
        'this computer is not known to the site, and this medium is for known ones only; declare the computer, or use a medium with unknownComputers: true',
      )
  }

  /** Chunks that another distribution point has are not known here, and not asked for here. */
  const digestsOf = async (published: PublishedSequence): Promise<ReadonlySet<string>> => {
    const digests = new Set(blobsOf(published).map(({ sha256 }) => sha256))
    for (const { chunks } of published.contents.flatMap(({ files }) => files)) {
      const list = chunks && (await blobs.whole(chunks.sha256))
      for (const { sha256 } of list ? decodeChunks(list) : []) digests.add(sha256)
    }
    return digests
  }

  return {
    async time({ nonce }) {
      const answer = { time: now().toISOString(), nonce }
      const signature = sign('sha256', Buffer.from(signedText(answer)), credentials.key).toString('base64')
      const certificates = credentials.certificate.match(
        /-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----\n?/g,
      )
      return { ...answer, certificates: certificates ?? [], signature }
    },
    async location({ ipAddresses }, { address }) {
      return locate(await objects.site(), [...ipAddresses, address], url, content)
    },
    async policy({ computer, preferred }, call) {
      const site = await objects.site()
      const name = await declaredName(computer)
      judgeKnown(name, call)
      const client = await clientOf(computer)
      const seen = { identity: computer, name }
      const deployments: AnswerOf<'policy'>['deployments'][number][] = []
      for (const { id, taskSequence, revision, description, purpose } of deploymentsFor(site, seen, {
        preferred,
        now: now(),
      })) {
        const found = revision ?? (await latest(taskSequence))
        if (found !== undefined) deployments.push({ id, taskSequence, revision: found, description, purpose })
      }
      return { client, ...(name !== undefined && { name }), variables: variablesFor(site, seen), deployments }
    },
    async sequence({ id, client, revision }, call) {
      const identity = await identityOf(client)
      const name = await declaredName(identity)
      judgeKnown(name, call)
      const offered = deploymentsFor(await objects.site(), { identity, name }, { preferred: id, now: now() })
      const deployment = offered.find(each => each.id === id)
      if (!deployment || (deployment.revision !== undefined && deployment.revision !== revision))
        throw new SiteError('NOT_DEPLOYED', `"${id}" is not deployed to this computer; ask for its policy again`)
      const row = await database
        .selectFrom('sequences')
        .select('document')
        .where('name', '=', deployment.taskSequence)
        .where('revision', '=', revision)
        .executeTakeFirst()
      if (!row) throw new SiteError('NOT_FOUND', `"${deployment.taskSequence}" has no revision ${revision}`)
      if (call.caller?.kind === 'medium')
        await database
          .insertInto('grants')
          .values({ medium: call.caller.id, name: deployment.taskSequence, revision })
          .onConflict(conflict => conflict.columns(['medium', 'name', 'revision']).doNothing())
          .execute()
      return JSON.parse(row.document)
    },
    async status({ messages }, { caller }) {
      const received = now().toISOString()
      const medium = caller?.kind === 'medium' ? caller.id : ''
      for (const message of messages) {
        const { run, number, client, deployment, time } = message
        await database
          .insertInto('status')
          .values({ run, number, client, deployment, medium, time, received, document: JSON.stringify(message) })
          .onConflict(conflict => conflict.columns(['run', 'number']).doNothing())
          .execute()
      }
      return { accepted: messages.length }
    },
    async affinity({ client, users, mode }) {
      await identityOf(client)
      const state = mode === 'automatic' ? 'approved' : 'pending'
      for (const user_name of users)
        await database
          .insertInto('affinities')
          .values({ client, user_name, state })
          .onConflict(conflict =>
            state === 'approved'
              ? conflict.columns(['client', 'user_name']).doUpdateSet({ state })
              : conflict.columns(['client', 'user_name']).doNothing(),
          )
          .execute()
      const rows = await database
        .selectFrom('affinities')
        .selectAll()
        .where('client', '=', client)
        .where('user_name', 'in', [...users])
        .execute()
      return { state: rows.every(row => row.state === 'approved') ? 'approved' : 'pending' }
    },
    async apply({ site: written, isTrial }) {
      const judged = siteSchema.safeParse(written)
      if (!judged.success) throw new SiteError('REQUEST_INVALID', z.prettifyError(judged.error))
      for (const [name, { taskSequence }] of Object.entries(judged.data.deployments))
        if ((await latest(taskSequence)) === undefined)
          throw new SiteError(
            'REQUEST_INVALID',
            `the deployment "${name}" is of the task sequence "${taskSequence}", which was never published; build the medium that publishes it first`,
          )
      return { changes: await objects.apply(judged.data, isTrial) }
    },
    async publish(published) {
      const needed = await digestsOf(published)
      return await database.transaction().execute(async transaction => {
        const document = JSON.stringify(published)
        const row = await transaction
          .selectFrom('sequences')
          .selectAll()
          .where('name', '=', published.name)
          .orderBy('revision', 'desc')
          .executeTakeFirst()
        if (row?.document === document) return { revision: Number(row.revision), isNew: false }
        const revision = Number(row?.revision ?? 0) + 1
        await transaction
          .insertInto('sequences')
          .values({ name: published.name, revision, document, created: now().toISOString() })
          .execute()
        for (const sha256 of needed)
          await transaction.insertInto('sequence_blobs').values({ sha256, name: published.name, revision }).execute()
        return { revision, isNew: true }
      })
    },
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
    async media() {
      const rows = await database.selectFrom('media').selectAll().orderBy('id').execute()
      return { media: rows.map(shown) }
    },
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
        .limit(MESSAGES_SHOWN)
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

async function knownMedium(database: Database, id: string): Promise<KnownMedium> {
  const row = await database.selectFrom('media').selectAll().where('id', '=', id).executeTakeFirst()
  if (row) return shown(row)
  throw new SiteError('NOT_FOUND', `no medium ${id} was registered here`)
}

function shown({ document, blocked }: { readonly document: string; readonly blocked: string | null }): KnownMedium {
  const medium: RegisteredMedium = JSON.parse(document)
  const { validFromDate, validToDate } = new X509Certificate(medium.certificate)
  return {
    ...medium,
    validFrom: validFromDate.toISOString(),
    validTo: validToDate.toISOString(),
    ...(blocked !== null && { blocked }),
  }
}

function fingerprintOf({ certificate }: RegisteredMedium): string {
  try {
    return new X509Certificate(certificate).fingerprint256
  } catch {
    throw new SiteError('REQUEST_INVALID', 'the certificate of the medium cannot be read; expected PEM')
  }
}
