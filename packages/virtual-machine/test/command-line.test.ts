import test from 'ava'
import { argumentsFor, type CommandLine } from '../src/command-line.ts'

const plain: CommandLine = {
  image: '/images/lab.iso',
  attachAs: 'cd',
  flash: undefined,
  isSecureBoot: false,
  accelerator: 'tcg',
  processors: 1,
  memory: 512,
  monitor: '/run/qmp',
  disks: [],
  restarts: false,
  extra: [],
}
const flash = { code: '/firmware/code.fd', variables: '/own/variables.fd' }
const line = (changes: Partial<CommandLine> = {}): string => argumentsFor({ ...plain, ...changes }).join(' ')

test('a computer has no network and ends at a reset', t => {
  t.regex(line(), /-machine q35 -accel tcg -m 512M/)
  t.regex(line(), /-nic none -no-reboot/)
  t.notRegex(line(), /pflash/)
})
test('a CD is in a drive that only reads', t => {
  t.regex(
    line(),
    /media=cdrom,format=raw,readonly=on,file=\/images\/lab\.iso -device ide-cd,id=drive,drive=medium,bootindex=1/,
  )
})
test('a stick takes writes without changing the image', t => {
  t.regex(line({ attachAs: 'usb' }), /snapshot=on,file=\/images\/lab\.iso -device usb-storage/)
})
test('UEFI is two flash images, of which only the variables are written', t => {
  t.regex(line({ flash }), /pflash,format=raw,unit=0,readonly=on,file=\/firmware\/code\.fd/)
  t.regex(line({ flash }), /pflash,format=raw,unit=1,file=\/own\/variables\.fd/)
})
test('Secure Boot keeps its variables behind system management mode', t => {
  const secure = line({ flash, isSecureBoot: true })
  t.regex(secure, /-machine q35,smm=on/)
  t.regex(secure, /-global driver=cfi\.pflash01,property=secure,value=on/)
})
test('a comma in a path is doubled', t => {
  t.regex(line({ image: '/a,b.iso' }), /file=\/a,,b\.iso/)
})
test('an accelerator and more processors are as wanted', t => {
  t.regex(line({ accelerator: 'kvm', processors: 2 }), /-accel kvm -m 512M -smp 2 /)
  t.notRegex(line(), /-smp/)
})
test('more arguments come last', t => {
  t.deepEqual(argumentsFor({ ...plain, extra: ['-smp', '2'] }).slice(-2), ['-smp', '2'])
})
