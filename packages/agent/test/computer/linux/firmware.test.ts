import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { readFirmware } from '../../../src/computer/linux/firmware.ts'

const VARIABLE = 'efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c'

test('BIOS, UEFI and UEFI with Secure Boot are distinguished', t => {
  const folder = scratch()
  t.teardown(() => rmSync(folder, { recursive: true }))
  t.deepEqual(readFirmware(join(folder, 'efi')), { kind: 'bios' })
  mkdirSync(join(folder, 'efi/efivars'), { recursive: true })
  t.deepEqual(readFirmware(join(folder, 'efi')), { kind: 'uefi', isSecureBoot: false })
  for (const isSecureBoot of [false, true]) {
    writeFileSync(join(folder, 'efi', VARIABLE), Buffer.from([6, 0, 0, 0, Number(isSecureBoot)]))
    t.deepEqual(readFirmware(join(folder, 'efi')), { kind: 'uefi', isSecureBoot })
  }
})
