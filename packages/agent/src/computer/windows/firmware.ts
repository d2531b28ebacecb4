import type { Firmware } from '../firmware.ts'
import type { Programs } from '../programs.ts'
import { registryValue } from './registry.ts'

const CONTROL = 'HKLM\\SYSTEM\\CurrentControlSet\\Control'
/** Of `PEFirmwareType`, which Windows PE has: 1 is BIOS. An installed Windows has the key of Secure Boot only where UEFI started it. */
const UEFI = '2'

/** What started the computer, as the registry of Windows tells it. */
export async function readFirmware(programs: Pick<Programs, 'run'>): Promise<Firmware> {
  const secureBoot = await registryValue(programs, `${CONTROL}\\SecureBoot\\State`, 'UEFISecureBootEnabled')
  const kind = await registryValue(programs, CONTROL, 'PEFirmwareType')
  if (kind === undefined ? secureBoot === undefined : kind !== UEFI) return { kind: 'bios' }
  return { kind: 'uefi', isSecureBoot: secureBoot === '1' }
}
