import { join } from 'node:path'
import type { ContentItem } from '@bootwright/medium'
import { blobsOf, openSiteClient } from '@bootwright/site-protocol'
import type { LocalState } from '../sequence/local-state.ts'
import type { ProgressLine } from '../sequence/progress.ts'
import type { Target } from '../target.ts'
import { type NetworkVolume, networkVolume } from './network-volume.ts'
import type { SiteState } from './site-state.ts'
import { type StatusQueue, statusQueue } from './status.ts'

export interface JoinedSite extends AsyncDisposable {
  readonly volume: NetworkVolume
  readonly status: StatusQueue
}

export interface JoinOptions {
  readonly local: LocalState
  readonly contents: readonly ContentItem[]
  readonly progress: ProgressLine
}

/** What a running sequence has of its site: contents, and somebody who is told. What was downloaded for one step goes when that has ended. */
export function joinSite(target: Target, site: SiteState, { local, contents, progress }: JoinOptions): JoinedSite {
  const { authorities, identity, managementPoint, distributionPoints, steps } = site
  const client = openSiteClient(managementPoint, { authorities, identity })
  const volume = networkVolume({
    target,
    client,
    distributionPoints,
    blobs: blobsOf({ steps, contents }),
    folder: async () => join(await local.folder(), 'Files'),
    onProgress: (done, total) => progress.report(done, total, 'bytes'),
  })
  return {
    volume,
    status: statusQueue(target, client, local),
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]()
    },
  }
}
