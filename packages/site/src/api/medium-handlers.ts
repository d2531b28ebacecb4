import { sign } from 'node:crypto'
import { readPemCertificates } from '@bootwright/medium-format/certificates'
import { type AnswerOf, SiteError, signedText } from '@bootwright/site-protocol'
import { deploymentsFor, locate, variablesFor } from '../model/policy.ts'
import type { Call, Service, ServiceOptions } from './service.ts'

type ForMedia = Pick<Service, 'time' | 'location' | 'policy' | 'sequence' | 'status' | 'progress' | 'affinity'>

/** What computers ask that were started from media. */
export function forMedia({
  database,
  objects,
  computers,
  sequences,
  runs,
  url,
  content,
  credentials,
  now,
}: ServiceOptions): ForMedia {
  return {
    async time({ nonce }) {
      const answer = { time: now().toISOString(), nonce }
      const signature = sign('sha256', Buffer.from(signedText(answer)), credentials.key).toString('base64')
      const certificates = readPemCertificates(credentials.certificate).map(String)
      return { ...answer, certificates, signature }
    },
    async location({ ipAddresses }, { address }) {
      return locate(await objects.site(), [...ipAddresses, address], url, content)
    },
    async policy({ computer, preferred }, call) {
      const site = await objects.site()
      const name = await computers.declaredName(computer)
      judgeKnown(name, call)
      const client = await computers.clientOf(computer)
      const seen = { identity: computer, name }
      const deployments: AnswerOf<'policy'>['deployments'][number][] = []
      for (const { id, taskSequence, revision, description, purpose } of deploymentsFor(site, seen, {
        preferred,
        now: now(),
      })) {
        const found = revision ?? (await sequences.latest(taskSequence))
        if (found !== undefined) deployments.push({ id, taskSequence, revision: found, description, purpose })
      }
      return { client, ...(name !== undefined && { name }), variables: variablesFor(site, seen), deployments }
    },
    async sequence({ id, client, revision }, call) {
      const identity = await computers.identityOf(client)
      const name = await computers.declaredName(identity)
      judgeKnown(name, call)
      const offered = deploymentsFor(await objects.site(), { identity, name }, { preferred: id, now: now() })
      const deployment = offered.find(each => each.id === id)
      if (!deployment || (deployment.revision !== undefined && deployment.revision !== revision))
        throw new SiteError('NOT_DEPLOYED', `"${id}" is not deployed to this computer; ask for its policy again`)
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
      await runs.hear(messages, mediumOf(call), now().toISOString())
      return { accepted: messages.length }
    },
    async progress(progress, call) {
      await runs.hearProgress(progress, mediumOf(call), now().toISOString())
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

/** An administrator may speak as a computer too. */
const mediumOf = ({ caller }: Call): string => (caller?.kind === 'medium' ? caller.id : '')

function judgeKnown(name: string | undefined, { caller }: Call): void {
  if (name === undefined && caller?.kind === 'medium' && !caller.allowsUnknown)
    throw new SiteError(
      'COMPUTER_UNKNOWN',
      'this computer is not known to the site, and this medium is for known ones only; declare the computer, or use a medium with unknownComputers: true',
    )
}
