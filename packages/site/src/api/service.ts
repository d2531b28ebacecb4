import type { RequestOf, ResponseOf, RouteName } from '@bootwright/site-protocol'
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

/** What a handler knows of the connection that a request arrived on. */
export interface Call {
  readonly caller: Caller | undefined
  /** IP address of the client. */
  readonly address: string
}
/** Handlers of all routes, independent of HTTP. */
export type Service = {
  readonly [N in RouteName]: (request: RequestOf<N>, call: Call) => Promise<ResponseOf<N>>
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
  /** URL of this management point, as computers reach it. */
  readonly url: string
  /** URLs of the site's own distribution points. */
  readonly content: readonly string[]
  readonly credentials: Credentials
  readonly now: () => Date
}
