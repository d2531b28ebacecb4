import type { AnswerOf, RequestOf, RouteName } from '@bootwright/site-protocol'
import type { Credentials } from './authority.ts'
import type { Caller } from './callers.ts'
import type { Computers } from './computers.ts'
import type { Database } from './database/database.ts'
import { forAdministrators } from './for-administrators.ts'
import { forMedia } from './for-media.ts'
import { forViewers } from './for-viewers.ts'
import type { Objects } from './objects.ts'
import type { Prune } from './prune.ts'
import type { Runs } from './runs.ts'
import type { Sequences } from './sequences.ts'
import type { Sessions } from './sessions.ts'
import type { StoredContents } from './stored-contents.ts'

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

export const createService = (options: ServiceOptions): Service => ({
  ...forMedia(options),
  ...forViewers(options),
  ...forAdministrators(options),
})
