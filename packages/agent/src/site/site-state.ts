import type { ClientCertificate } from '@bootwright/medium-format'
import type { Blob, Location, StatusMessage } from '@bootwright/site-protocol'
import type { NetworkSettings } from '../computer/network/settings.ts'

/** The part of a sequence's state that belongs to a site. */
export interface SiteState {
  readonly managementPoint: string
  /** Nearest first; those in one list are equally near. */
  readonly distributionPoints: Location['distributionPoints']
  readonly authorities: readonly string[]
  readonly identity: ClientCertificate
  /** Settings of the boot image; the installed system uses only the proxy. */
  readonly network: NetworkSettings
  /** Id of the computer at the site. */
  readonly client: string
  readonly deployment: string
  /** UUID of this run. */
  readonly run: string
  readonly steps: Blob
  /** Number of the next message. */
  readonly number: number
  /** Messages that are not delivered yet. */
  readonly pending: readonly StatusMessage[]
}

/** The saved state of the running sequence, as far as it concerns the site. */
export interface SiteStateStore {
  readonly current: { readonly site?: SiteState | undefined }
  change(changes: { readonly site: SiteState }): void
}
