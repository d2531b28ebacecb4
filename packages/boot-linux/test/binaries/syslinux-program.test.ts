import test from 'ava'
import { readSyslinuxProgram } from '../../src/binaries/syslinux-program.ts'
import { syslinuxProgram } from '../syslinux-file.ts'

test('boot sector and core are found in the installer, and an empty vector stands behind the core', t => {
  const { bootSector, core } = readSyslinuxProgram(syslinuxProgram(), 'syslinux')
  t.is(Buffer.from(bootSector).toString('latin1', 3, 11), 'SYSLINUX')
  t.is(core.length, 5 * 512)
  t.is(Buffer.from(core).toString('latin1', 2, 10), 'SYSLINUX')
  const vector = Buffer.from(core).subarray(3 * 512)
  t.deepEqual(vector.subarray(0, 512), vector.subarray(512))
  t.is(vector.readUInt32LE(0), 0x5a2d2fa5)
  t.is(vector.readUInt32LE(508), 0xdd28bf64)
})
test('anything else is refused by its name', t => {
  const whole = syslinuxProgram()
  const cut = whole.subarray(0, -15)
  const renamed = Buffer.from(whole.toString('latin1').replace('SYSLINUX\xb5', 'ISOLINUX\xb5'), 'latin1')
  for (const program of [Buffer.from('\x7fELF'), Buffer.alloc(0), cut, renamed])
    t.like(
      t.throws(() => readSyslinuxProgram(program, 'tool')),
      { code: 'EXECUTABLE_UNKNOWN', subject: 'tool' },
    )
})
