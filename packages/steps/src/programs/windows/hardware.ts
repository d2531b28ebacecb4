import type { StepContext } from '@bootwright/api'
import type { Link } from '../link.ts'
import { wmi } from './wmi.ts'

type Asking = Pick<StepContext, 'run'>

/** Win32_Tpm: https://learn.microsoft.com/windows/win32/secprov/win32-tpm */
export async function hasTpm(context: Asking): Promise<boolean> {
  const [tpm] = await wmi(
    context,
    'SELECT IsEnabled_InitialValue FROM Win32_Tpm',
    'root\\cimv2\\Security\\MicrosoftTpm',
  )
  return tpm?.IsEnabled_InitialValue === true
}

/** BatteryStatus 1 is a battery that discharges (Win32_Battery). */
export async function onMains(context: Asking): Promise<boolean> {
  const batteries = await wmi(context, 'SELECT BatteryStatus FROM Win32_Battery')
  return batteries.every(({ BatteryStatus }) => BatteryStatus !== 1)
}

/** NetConnectionStatus 2 is connected; AdapterTypeID 9 and names with wireless are those without a wire (Win32_NetworkAdapter). */
export async function linksOf(context: Asking): Promise<readonly Link[]> {
  const adapters = await wmi(
    context,
    'SELECT Name, AdapterTypeID FROM Win32_NetworkAdapter WHERE PhysicalAdapter = TRUE AND NetConnectionStatus = 2',
  )
  return adapters.map(({ Name, AdapterTypeID }) => ({
    name: String(Name),
    isWired: AdapterTypeID !== 9 && !/wi-?fi|wireless|802\.11|wlan/i.test(String(Name)),
  }))
}
