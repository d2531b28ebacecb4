import type { Firmware } from '../firmware.ts'
import type { Programs } from '../programs.ts'
import { registryValue } from './registry.ts'

const CONTROL = 'HKLM\\SYSTEM\\CurrentControlSet\\Control'
/** Value of `PEFirmwareType` in Windows PE; 1 is BIOS. An installed Windows has the Secure Boot key only under UEFI. */
const UEFI = '2'

/** The firmware that started the computer, from the registry. */
export async function readFirmware(programs: Pick<Programs, 'run'>): Promise<Firmware> {
  const secureBoot = await registryValue(programs, `${CONTROL}\\SecureBoot\\State`, 'UEFISecureBootEnabled')
  const kind = await registryValue(programs, CONTROL, 'PEFirmwareType')
  if (kind === undefined ? secureBoot === undefined : kind !== UEFI) return { kind: 'bios' }
  return { kind: 'uefi', isSecureBoot: secureBoot === '1' }
}
