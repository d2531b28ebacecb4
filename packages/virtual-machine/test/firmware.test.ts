import { needs } from '@bootwright/test-support'
import test from 'ava'
import { canStart, QEMU, resolveFirmware } from '../src/firmware.ts'

const conformance = needs(test, QEMU)

test('without QEMU no computer starts, and the hint says what to install', async t => {
  const answer = await canStart('bios', '/nowhere')
  t.false(answer.ok)
  t.like(answer, { missing: QEMU })
  t.regex(answer.ok ? '' : answer.hint, /apt-get install qemu-system-x86/)
  t.throws(() => resolveFirmware('uefi', '/nowhere'), { code: 'QEMU_MISSING' })
})
conformance('a BIOS is part of QEMU', async t => {
  t.deepEqual(await canStart('bios'), { ok: true })
  t.is(resolveFirmware('bios').flash, undefined)
})
