import type { AnswerOf, RequestOf, RouteName } from '@bootwright/site-protocol'
import type { Credentials } from '../auth/authority.ts'
import type { Caller } from '../auth/callers.ts'
import type { Sessions } from '../auth/sessions.ts'
import type { Database } from '../database/database.ts'
import type { Computers } from '../model/computers.ts'
import type { Objects } from '../model/objects.ts'
import type { Prune } from '../model/prune.ts'
import type { Runs } from '../model/runs.ts'
import type { Sequences } from '../model/sequences.ts'
import type { StoredContents } from '../oci-registry/stored-contents.ts'

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
  readonly computers: Computers
  readonly sequences: Sequences
  readonly runs: Runs
  readonly sessions: Sessions
  readonly stored: StoredContents
  readonly prune: Prune
  /** Of this point, as computers reach it. */
  readonly url: string
  /** Distribution points of the point's own. */
  readonly content: readonly string[]
  readonly credentials: Credentials
  readonly now: () => Date
}
