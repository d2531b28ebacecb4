import { adaptersFrom, type NetworkAdapter } from '@bootwright/medium-format/adapters'
import type { Variables } from '../environment/variables.ts'

/** How this computer reaches others from the boot image. */
export interface NetworkSettings {
  /** Every card by DHCP when there are none. */
  readonly adapters: readonly NetworkAdapter[]
  /** By which management points and distribution points are reached: `http://proxy.corp.example:3128`. */
  readonly proxy?: string | undefined
}

/** {@link NetworkSettings.proxy}, of a medium. */
const PROXY_VARIABLE = 'BootwrightProxy'

/** As the medium and its prestart command say: `OSDAdapter0IPAddressList` and so on. Throws for what is no address. */
export function networkSettings(variables: Variables): NetworkSettings {
  const proxy = variables.get(PROXY_VARIABLE)?.value
  // The value is not shown: it may have a password.
  if (proxy !== undefined && proxy !== '' && !isProxy(proxy))
    throw new Error(`${PROXY_VARIABLE} is no proxy; expected http://proxy.corp.example:3128`)
  return {
    adapters: adaptersFrom({ get: name => variables.get(name)?.value }) ?? [],
    ...(proxy !== undefined && proxy !== '' && { proxy }),
  }
}

export const isProxy = (text: string): boolean => URL.canParse(text) && new URL(text).protocol === 'http:'
