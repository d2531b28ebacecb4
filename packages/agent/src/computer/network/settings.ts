import type { NetworkAdapter } from '@bootwright/medium-format/adapters'

/** How the computer reaches others from the boot image. */
export interface NetworkSettings {
  /** Without adapters, every card uses DHCP. */
  readonly adapters: readonly NetworkAdapter[]
  /** Proxy for management points and distribution points: `http://proxy.corp.example:3128`. */
  readonly proxy?: string | undefined
}

export const isProxy = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'http:'
