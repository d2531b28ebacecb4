import { adaptersFrom } from '@bootwright/medium-format/adapters'
import { isProxy, type NetworkSettings } from '../computer/network/settings.ts'
import type { Variables } from './variables.ts'

/** The variable of {@link NetworkSettings.proxy}. */
const PROXY_VARIABLE = 'BootwrightProxy'

/**
 * Network settings from the variables of the medium and its prestart command: `OSDAdapter0IPAddressList` and so on. Throws for an invalid
 * value.
 */
export function networkSettings(variables: Variables): NetworkSettings {
  const proxy = variables.get(PROXY_VARIABLE)?.value
  // The message does not quote the value, which may contain a password.
  if (proxy !== undefined && proxy !== '' && !isProxy(proxy))
    throw new Error(`${PROXY_VARIABLE} is not a proxy URL; expected http://proxy.corp.example:3128`)
  return {
    adapters: adaptersFrom({ get: name => variables.get(name)?.value }) ?? [],
    ...(proxy !== undefined && proxy !== '' && { proxy }),
  }
}
