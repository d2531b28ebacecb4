import { openSiteClient } from '@bootwright/site-protocol'
import type { RemoteContents } from '../content/remote-contents.ts'
import type { Computer } from '../ui/computer.ts'
import { blobSource } from './blob-source.ts'
import { remoteContents } from './distribution-point-contents.ts'
import { type LiveProgress, liveProgress } from './live-progress.ts'
import type { SiteState, SiteStateStore } from './site-state.ts'
import { type StatusQueue, statusQueue } from './status.ts'

/** What a running sequence has of its site: contents, and somebody who is told. */
export interface JoinedSite extends Disposable {
  readonly contents: RemoteContents
  readonly status: StatusQueue
  /** Of the step that runs. */
  readonly progress: LiveProgress
}

export function joinSite(target: Computer, site: SiteState, store: SiteStateStore): JoinedSite {
  const { authorities, identity, managementPoint, distributionPoints } = site
  const { proxy } = site.network
  const client = openSiteClient(managementPoint, { authorities, identity, proxy })
  const live = liveProgress(target, client, site)
  return {
    progress: live,
    contents: remoteContents(blobSource({ target, client, distributionPoints })),
    status: statusQueue(target, client, store),
    [Symbol.dispose]() {
      live[Symbol.dispose]()
      client[Symbol.dispose]()
    },
  }
}
