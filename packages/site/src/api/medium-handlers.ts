import { sign } from 'node:crypto'
import { readPemCertificates } from '@bootwright/medium-format/certificates'
import { type ResponseOf, SiteError, signedText } from '@bootwright/site-protocol'
import { deploymentsFor, locate, variablesFor } from '../model/policy.ts'
import type { Call, Service, ServiceOptions } from './service.ts'

type MediumHandlers = Pick<Service, 'time' | 'location' | 'policy' | 'sequence' | 'status' | 'progress' | 'affinity'>

/** Handlers for computers that were started from a medium. */
export function mediumHandlers({
  database,
  objects,
  computers,
  sequences,
  runs,
  url,
  content,
  credentials,
  now,
}: ServiceOptions): MediumHandlers {
  return {
    async time({ nonce }) {
      const signed = { time: now().toISOString(), nonce }
      const signature = sign('sha256', Buffer.from(signedText(signed)), credentials.key).toString('base64')
      const certificates = readPemCertificates(credentials.certificate).map(String)
      return { ...signed, certificates, signature }
    },
    async location({ ipAddresses }, { address }) {
      return locate(await objects.site(), [...ipAddresses, address], url, content)
    },
    async policy({ computer, preferred }, call) {
      const site = await objects.site()
      const name = await computers.declaredName(computer)
      requireKnown(name, call)
      const client = await computers.clientOf(computer)
      const identified = { identity: computer, name }
      const deployments: ResponseOf<'policy'>['deployments'][number][] = []
      for (const { id, taskSequence, revision, description, purpose } of deploymentsFor(site, identified, {
        preferred,
        now: now(),
      })) {
        const current = revision ?? (await sequences.latest(taskSequence))
        if (current !== undefined) deployments.push({ id, taskSequence, revision: current, description, purpose })
      }
      return { client, ...(name !== undefined && { name }), variables: variablesFor(site, identified), deployments }
    },
    async sequence({ id, client, revision }, call) {
      const identity = await computers.identityOf(client)
      const name = await computers.declaredName(identity)
      requireKnown(name, call)
      const offered = deploymentsFor(await objects.site(), { identity, name }, { preferred: id, now: now() })
      const deployment = offered.find(each => each.id === id)
      if (!deployment || (deployment.revision !== undefined && deployment.revision !== revision))
        throw new SiteError('NOT_DEPLOYED', `"${id}" is not deployed to this computer; request its policy again`)
      const published = await sequences.read(deployment.taskSequence, revision)
      if (!published) throw new SiteError('NOT_FOUND', `"${deployment.taskSequence}" has no revision ${revision}`)
      if (call.caller?.kind === 'medium')
        await database
          .insertInto('grants')
          .values({ medium: call.caller.id, name: deployment.taskSequence, revision })
          .onConflict(conflict => conflict.columns(['medium', 'name', 'revision']).doNothing())
          .execute()
      return published
    },
    async status({ messages }, call) {
      await runs.record(messages, mediumOf(call), now().toISOString())
      return { accepted: messages.length }
    },
    async progress(progress, call) {
      await runs.recordProgress(progress, mediumOf(call), now().toISOString())
      return {}
    },
    async affinity({ client, users, mode }) {
      await computers.identityOf(client)
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
  }
}

/** Empty for an administrator, who may act as a computer. */
const mediumOf = ({ caller }: Call): string => (caller?.kind === 'medium' ? caller.id : '')

function requireKnown(name: string | undefined, { caller }: Call): void {
  if (name === undefined && caller?.kind === 'medium' && !caller.allowsUnknown)
    throw new SiteError(
      'COMPUTER_UNKNOWN',
      'this computer is not declared at the site, and this medium does not support unknown computers; declare the computer, or use a medium with unknownComputers: true',
    )
}
