import test from 'ava'
import { readFirmware } from '../../../src/computer/windows/firmware.ts'
import { fakePrograms } from '../../fakes.ts'

/** What `reg query` prints for each value that is there. */
const registry = (values: Readonly<Record<string, number>>) =>
  fakePrograms(undefined, async (command, [query, key, , name]) => {
    const value = values[name!]
    if (command !== 'reg' || query !== 'query' || value === undefined)
      return { exitCode: 1, output: 'ERROR: The system was unable to find the specified registry key or value.\r\n' }
    return {
      exitCode: 0,
      output: `\r\n${key!.replace('HKLM', 'HKEY_LOCAL_MACHINE')}\r\n    ${name}    REG_DWORD    0x${value.toString(16)}\r\n\r\n`,
    }
  })

test('BIOS, UEFI and Secure Boot are distinguished', async t => {
  t.deepEqual(await readFirmware(registry({ PEFirmwareType: 1 })), { kind: 'bios' })
  t.deepEqual(await readFirmware(registry({ PEFirmwareType: 2 })), { kind: 'uefi', isSecureBoot: false })
  t.deepEqual(await readFirmware(registry({ PEFirmwareType: 2, UEFISecureBootEnabled: 0 })), {
    kind: 'uefi',
    isSecureBoot: false,
  })
  t.deepEqual(await readFirmware(registry({ PEFirmwareType: 2, UEFISecureBootEnabled: 1 })), {
    kind: 'uefi',
    isSecureBoot: true,
  })
  t.deepEqual(await readFirmware(registry({})), { kind: 'bios' })
})
