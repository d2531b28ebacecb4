import type { ClientCertificate } from '@bootwright/medium-format'
import type { Blob, Location, StatusMessage } from '@bootwright/site-protocol'
import type { NetworkSettings } from '../computer/network/settings.ts'

/** Of a sequence that came from a site: what it needs to go on, wherever it goes on. */
export interface SiteState {
  readonly managementPoint: string
  /** Nearest first; those that stand together are equally near. */
  readonly distributionPoints: Location['distributionPoints']
  readonly authorities: readonly string[]
  readonly identity: ClientCertificate
  /** By which it was reached from the boot image; the installed system has its own, but for the proxy. */
  readonly network: NetworkSettings
  /** The computer's name at the site. */
  readonly client: string
  readonly deployment: string
  /** UUID of this run. */
  readonly run: string
  readonly steps: Blob
  /** Of the next message. */
  readonly number: number
  /** Messages that were not delivered yet. */
  readonly pending: readonly StatusMessage[]
}

/** The saved state of the running sequence, as far as it concerns the site. */
export interface SiteStateStore {
  readonly current: { readonly site?: SiteState | undefined }
  change(changes: { readonly site: SiteState }): void
}
