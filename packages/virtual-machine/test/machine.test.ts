import { readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test, { type TestFn } from 'ava'
import { canStart, QEMU } from '../src/firmware.ts'
import { type Machine, type MachineOptions, startMachine } from '../src/machine.ts'

const serial = test.serial as unknown as TestFn
const conformance = needs(serial, QEMU)

/** SeaBIOS prints on the serial console, too, when the machine says that it has no screen. */
const BIOS_ON_SERIAL = ['-machine', 'graphics=off']
const LIMIT = 60_000

const folder = scratch()
// Machines of other programs keep their folders elsewhere, so that this one's can be counted.
process.env.TMPDIR = folder
const blank = join(folder, 'blank, with a comma.img')
writeFileSync(blank, '')
truncateSync(blank, 1 << 20)

/** A boot sector that prints what it reads on the first serial port. */
const echo = join(folder, 'echo.img')
const sector = Buffer.alloc(1 << 20)
// mov dx,3fdh; wait: in al,dx; test al,1; jz wait; mov dx,3f8h; in al,dx; out dx,al; jmp start
sector.set([0xba, 0xfd, 0x03, 0xec, 0xa8, 0x01, 0x74, 0xfb, 0xba, 0xf8, 0x03, 0xec, 0xee, 0xeb, 0xf1])
sector.set([0x55, 0xaa], 510)
writeFileSync(echo, sector)

const start = (options: Partial<MachineOptions> = {}): Promise<Machine> =>
  startMachine({ image: blank, firmware: 'bios', attachAs: 'usb', memory: 64, extra: BIOS_ON_SERIAL, ...options })
const temporary = (): string[] => readdirSync(tmpdir()).filter(name => name.startsWith('bootwright-machine-'))

conformance('an empty stick does not start, and SeaBIOS says so', async t => {
  const before = temporary()
  await using machine = await start()
  const signal = AbortSignal.timeout(LIMIT)
  await machine.waitFor(/No bootable device/, { signal })
  const picture = join(folder, 'screen.png')
  await machine.screenshot(picture)
  t.deepEqual([...readFileSync(picture).subarray(1, 4)], [...Buffer.from('PNG')])
  await t.throwsAsync(machine.screenshot(join(folder, 'missing', 'screen.png')), { code: 'SCREENSHOT_FAILED' })
  await machine.stop()
  t.is(await machine.exited, 0)
  t.deepEqual(temporary(), before)
})
conformance('what is typed on the serial console arrives', async t => {
  await using machine = await start({ image: echo })
  const signal = AbortSignal.timeout(LIMIT)
  await machine.waitFor(/Booting from Hard Disk/, { signal })
  // The sector may not run yet when the BIOS announces it: type until it answers.
  const typing = setInterval(() => machine.send('hello'), 200)
  try {
    t.truthy(await machine.waitFor(/hellohello/, { signal }))
  } finally {
    clearInterval(typing)
  }
})
conformance('a signal kills the machine and ends the waits', async t => {
  const controller = new AbortController()
  const machine = await start({ signal: controller.signal })
  const waiting = machine.waitFor(/never printed/)
  controller.abort()
  const error = await t.throwsAsync(waiting, { code: 'MACHINE_EXITED' })
  t.regex(error!.message, /waited for \/never printed\//)
  t.is(await machine.exited, null)
})
conformance('a machine that QEMU refuses fails with what QEMU says', async t => {
  const error = await t.throwsAsync(start({ extra: ['-no-such-option'] }), { code: 'START_FAILED' })
  t.regex(error!.message, /no-such-option: invalid option/)
})
conformance('an image that is missing is named', async t => {
  const error = await t.throwsAsync(start({ image: join(folder, 'none.iso') }), { code: 'IMAGE_MISSING' })
  t.regex(error!.message, /none\.iso/)
})

const able = await canStart('secure-boot')
if (!able.ok) console.warn(`skipped: ${able.hint}`)
const secure = able.ok || process.env.CI ? conformance : (test.skip as unknown as TestFn)
secure('Secure Boot firmware starts from a copy of its variables', async t => {
  await using machine = await start({ firmware: 'secure-boot', memory: 256, extra: [] })
  t.truthy(await machine.waitFor(/BdsDxe|UEFI/, { signal: AbortSignal.timeout(LIMIT) }))
})
