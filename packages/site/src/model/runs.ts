import type { ComputerIdentity, ResponseOf, RunSummary, StatusMessage, StepProgress } from '@bootwright/site-protocol'
import type { Database } from '../database/database.ts'
import type { Computers } from './computers.ts'

/** State of each run of a task sequence, from the messages of its computer. */
export interface Runs {
  /** Stores messages of a medium; a message that is delivered again is ignored. */
  record(messages: readonly StatusMessage[], medium: string, received: string): Promise<void>
  /** Stores the progress of a step, of a run that belongs to the medium. */
  recordProgress(progress: StepProgress, medium: string, received: string): Promise<void>
  /** Latest runs first. */
  list(namesOf: Computers['declaredNames']): Promise<readonly RunSummary[]>
  /** The messages of a run and the end of its log. */
  read(run: string): Promise<ResponseOf<'run'>>
}

const RUNS_LIMIT = 200

export function openRuns(database: Database): Runs {
  const isOwn = async (run: string, medium: string, client: string): Promise<boolean> => {
    const row = await database.selectFrom('runs').select(['medium', 'client']).where('run', '=', run).executeTakeFirst()
    return row?.medium === medium && row.client === client
  }
  return {
    async record(messages, medium, received) {
      for (const message of messages) {
        const { run, number, client, deployment, time } = message
        const document = JSON.stringify(message)
        const { numInsertedOrUpdatedRows } = await database
          .insertInto('runs')
          .values({ run, client, deployment, medium, started: received, heard: received, number, document })
          // A medium cannot change the run of another, and late messages do not change its state.
          .onConflict(conflict =>
            conflict
              .column('run')
              .doUpdateSet({ heard: received, number, document, progress: null })
              .where('runs.number', '<', number)
              .where('runs.medium', '=', medium)
              .where('runs.client', '=', client),
          )
          .executeTakeFirst()
        if (numInsertedOrUpdatedRows === 0n && !(await isOwn(run, medium, client))) continue
        await database
          .insertInto('status')
          .values({ run, number, client, deployment, medium, time, received, document })
          .onConflict(conflict => conflict.columns(['run', 'number']).doNothing())
          .execute()
      }
    },
    async recordProgress({ run, client, tail, ...progress }, medium, received) {
      await database
        .updateTable('runs')
        .set({ heard: received, progress: JSON.stringify(progress), tail: JSON.stringify(tail) })
        .where('run', '=', run)
        .where('medium', '=', medium)
        .where('client', '=', client)
        .execute()
    },
    async list(namesOf) {
      const rows = await database
        .selectFrom('runs')
        .leftJoin('clients', 'clients.id', 'runs.client')
        .select(['run', 'client', 'deployment', 'started', 'heard', 'number', 'document', 'progress', 'identity'])
        .orderBy('heard', 'desc')
        .limit(RUNS_LIMIT)
        .execute()
      const identities = rows.map(({ identity }): ComputerIdentity | undefined =>
        identity === null ? undefined : JSON.parse(identity),
      )
      const known = identities.filter(each => each !== undefined)
      const names = new Map((await namesOf(known)).map((name, index) => [known[index], name]))
      return rows.map(({ run, client, deployment, started, heard, number, document, progress }, index) => {
        const { event, step, exitCode, message }: StatusMessage = JSON.parse(document)
        const identity = identities[index]
        return {
          run,
          client,
          computer: identity ? (names.get(identity) ?? describe(identity)) : client,
          deployment,
          state: STATES[event] ?? 'running',
          started,
          heard,
          number,
          ...(step && { step }),
          ...(exitCode !== undefined && { exitCode }),
          ...(message !== undefined && { message }),
          ...(progress !== null && { progress: JSON.parse(progress) }),
        }
      })
    },
    async read(run) {
      const rows = await database
        .selectFrom('status')
        .select('document')
        .where('run', '=', run)
        .orderBy('number')
        .execute()
      const row = await database.selectFrom('runs').select('tail').where('run', '=', run).executeTakeFirst()
      return {
        messages: rows.map(({ document }) => JSON.parse(document)),
        tail: row?.tail ? JSON.parse(row.tail) : [],
      }
    },
  }
}

const STATES: { readonly [E in StatusMessage['event']]?: RunSummary['state'] } = {
  sequenceSucceeded: 'succeeded',
  sequenceFailed: 'failed',
}

const describe = ({ make, model, macAddresses }: ComputerIdentity): string =>
  [make, model, macAddresses[0]].filter(Boolean).join(' ')
