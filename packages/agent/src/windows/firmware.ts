import type { Programs } from '../programs.ts'
import type { Firmware } from '../target.ts'

const CONTROL = 'HKLM\\SYSTEM\\CurrentControlSet\\Control'
/** Of `PEFirmwareType`, which Windows PE has: 1 is BIOS. */
const UEFI = 2

/** What started the computer, as the registry of Windows PE tells it. */
export async function readFirmware(programs: Pick<Programs, 'run'>): Promise<Firmware> {
  const number = async (key: string, name: string): Promise<number | undefined> => {
    const { exitCode, output } = await programs.run('reg', ['query', key, '/v', name])
    const found = new RegExp(`\\s${name}\\s+REG_DWORD\\s+0x([0-9a-f]+)`, 'i').exec(output)
    return exitCode === 0 && found ? Number.parseInt(found[1]!, 16) : undefined
  }
  if ((await number(CONTROL, 'PEFirmwareType')) !== UEFI) return { kind: 'bios' }
  return {
    kind: 'uefi',
    isSecureBoot: (await number(`${CONTROL}\\SecureBoot\\State`, 'UEFISecureBootEnabled')) === 1,
  }
}
