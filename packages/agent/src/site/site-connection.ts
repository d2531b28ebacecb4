import { openSiteClient } from '@bootwright/site-protocol'
import type { RemoteContents } from '../content/remote-contents.ts'
import type { Computer } from '../ui/computer.ts'
import { blobSource } from './blob-source.ts'
import { distributionPointContents } from './distribution-point-contents.ts'
import { type LiveProgress, liveProgress } from './live-progress.ts'
import type { SiteState, SiteStateStore } from './site-state.ts'
import { type StatusQueue, statusQueue } from './status.ts'

/** The connection of a running sequence to its site: contents, status messages, progress. */
export interface SiteConnection extends Disposable {
  readonly contents: RemoteContents
  readonly status: StatusQueue
  /** Progress of the current step. */
  readonly progress: LiveProgress
}

export function connectToSite(computer: Computer, site: SiteState, store: SiteStateStore): SiteConnection {
  const { authorities, identity, managementPoint, distributionPoints } = site
  const { proxy } = site.network
  const client = openSiteClient(managementPoint, { authorities, identity, proxy })
  const live = liveProgress(computer, client, site)
  return {
    progress: live,
    contents: distributionPointContents(blobSource({ computer, client, distributionPoints })),
    status: statusQueue(computer, client, store),
    [Symbol.dispose]() {
      live[Symbol.dispose]()
      client[Symbol.dispose]()
    },
  }
}
