import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { checkReadiness } from '../src/definitions/check-readiness.ts'
import { setDynamicVariables as dynamicStep } from '../src/definitions/set-dynamic-variables.ts'
import checkProgram from '../src/programs/check-readiness.ts'
import connect from '../src/programs/connect-to-network-folder.ts'
import joinDomain from '../src/programs/join-domain-or-workgroup.ts'
import { hasTpm, linksOf, onMains } from '../src/programs/linux/hardware.ts'
import setDynamicVariables from '../src/programs/set-dynamic-variables.ts'
import { fakeContext } from './fake-context.ts'
import { folderWith } from './folder-with.ts'

async function validated<T>(
  step: { readonly schema: { readonly '~standard': { validate(value: unknown): unknown } } },
  written: unknown,
): Promise<T> {
  const result = (await step.schema['~standard'].validate(written)) as { value?: T; issues?: { message: string }[] }
  if (result.issues) throw new Error(result.issues[0]!.message)
  return result.value!
}
const rules = [
  { make: 'Dell*', model: ['Latitude 7?40', 'XPS*'], set: { Drivers: 'dell' } },
  { macAddress: '52:54:00:*', set: { Site: 'lab', Token: 'x' } },
  { variables: { OWNER: 'ada' }, defaultGateway: '192.0.2.1', set: { Site: 'paris' } },
  { make: 'HP*', set: { Drivers: 'hp' } },
]
test('rules set variables where all that they ask fits; later ones win', async t => {
  const context = fakeContext({
    variables: {
      _SMSTSMake: 'Dell Inc.',
      _SMSTSModel: 'latitude 7440',
      _SMSTSMacAddresses: '00:11:22:33:44:55,52:54:00:AA:BB:CC',
      _SMSTSDefaultGateways: '192.0.2.1',
      OWNER: 'Ada',
    },
  })
  await setDynamicVariables.run(await validated(dynamicStep, { rules }), context)
  t.is(context.variables.get('Drivers'), 'dell')
  t.is(context.variables.get('Site'), 'paris')
  const other = fakeContext({ variables: { _SMSTSMake: 'Dell Inc.', _SMSTSModel: 'Optiplex' } })
  await setDynamicVariables.run(await validated(dynamicStep, { rules }), other)
  t.deepEqual([other.variables.get('Drivers'), other.variables.get('Site')], [undefined, undefined])
  await t.throwsAsync(validated(dynamicStep, { rules: [{ make: 'x', set: {} }] }), { message: /at least one variable/ })
  await t.throwsAsync(validated(dynamicStep, { rules: [{ set: { _A: '1' } }] }), { message: /Invalid key/ })
})

test('every requirement is checked, and all that fail are reported', async t => {
  const context = fakeContext({ firmware: { kind: 'bios' } })
  const written = { memory: '1MB', diskSize: '1TB', architecture: 'arm64', firmware: 'uefi', secureBoot: false }
  const error = await t.throwsAsync(checkProgram.run(await validated(checkReadiness, written), context), {
    message:
      'this computer is not ready: the disk /dev/sda with 7.5 GiB, expected at least 1024.0 GiB; the architecture x64, expected arm64; the firmware bios, expected uefi',
  })
  t.like(error, { exitCode: 4316 })
  t.is(context.variables.get('_TS_CRMEMORY'), '1')
  t.is(context.variables.get('_TS_CRSECUREBOOT'), '1')
  t.is(context.variables.get('_TS_CRDISK'), '0')
  t.is(context.variables.get('_TS_CRSPEED'), undefined)
  await t.notThrowsAsync(checkProgram.run(await validated(checkReadiness, {}), context))
})

test('Windows is asked by WMI for TPM, power and network', async t => {
  const answers: Readonly<Record<string, unknown[]>> = {
    Win32_Tpm: [{ IsEnabled_InitialValue: true }],
    Win32_Battery: [{ BatteryStatus: 1 }],
    Win32_NetworkAdapter: [{ Name: 'Intel Wi-Fi 6', AdapterTypeID: 0 }],
  }
  const context = fakeContext({
    platform: 'windows',
    play: (_, args) => {
      const name = Object.keys(answers).find(each => args.at(-1)!.includes(`FROM ${each}`))
      return { output: JSON.stringify(answers[name!]) }
    },
  })
  const written = { tpm: true, acPower: true, network: 'wired' }
  await t.throwsAsync(checkProgram.run(await validated(checkReadiness, written), context), {
    message: /battery power, expected mains power; the networks Intel Wi-Fi 6, expected a wired one$/,
  })
  t.is(context.variables.get('_TS_CRTPMENABLED'), '1')
})

test('Linux shows TPM, power and network below /sys', async t => {
  const sys = await folderWith({
    'tpm/tpm0/dev': '',
    'power_supply/AC/type': 'Mains\n',
    'power_supply/AC/online': '0\n',
    'power_supply/BAT0/type': 'Battery\n',
    'net/lo/carrier': '1\n',
    'net/eth0/carrier': '1\n',
    'net/eth0/device/vendor': '',
    'net/wlan0/carrier': '1\n',
    'net/wlan0/device/vendor': '',
    'net/wlan0/wireless/x': '',
  })
  const context = fakeContext()
  t.true(await hasTpm(sys))
  t.false(await onMains(sys))
  t.deepEqual(await linksOf(context, sys), [
    { name: 'eth0', isWired: true },
    { name: 'wlan0', isWired: false },
  ])
  t.deepEqual(
    context.ran.map(({ args }) => args.join(' ')),
    ['link set dev eth0 up', 'link set dev wlan0 up'],
  )
  const bare = await folderWith({ x: '' })
  t.deepEqual([await hasTpm(bare), await onMains(bare)], [false, true])
})

const secret = (text: string) => ({ secret: text }) as never
test('a domain is joined without the password in a list of processes', async t => {
  const options = { domain: 'corp.example', account: 'CORP\\join', password: secret('Tr0ub4dor') }
  for (const platform of ['linux', 'windows'] as const) {
    const context = fakeContext({ platform })
    await joinDomain.run(options, context)
    const [ran] = context.ran
    t.is(ran!.input, 'Tr0ub4dor\n')
    t.false(ran!.args.join(' ').includes('Tr0ub4dor'))
    t.deepEqual(context.restarts, ['installedSystem'])
  }
  const linux = fakeContext({ play: () => ({ exitCode: 127 }) })
  await t.throwsAsync(joinDomain.run(options, linux), { message: /no realm\(8\)/ })
  await t.throwsAsync(joinDomain.run({ domain: 'corp.example' }, linux), { message: /missing: account, password/ })
  await t.throwsAsync(joinDomain.run({ workgroup: 'LAB' }, linux), { message: /Linux joins no workgroup/ })
})

test('shares are mounted, and their passwords are in no list of processes', async t => {
  const at = join(scratch(), 'images')
  const linux = { ...fakeContext(), environment: 'installedSystem' as const }
  const options = { path: '\\\\server\\images', at, account: 'CORP\\reader', password: secret('Tr0ub4dor') }
  await connect.run(options, linux)
  await connect.run({ path: 'server:/export', at }, linux)
  t.regex(
    `${linux.ran[0]!.command} ${linux.ran[0]!.args.join(' ')}`,
    /^mount\.cifs \/\/server\/images \S+images -o iocharset=utf8,nobrl,credentials=\S+\/credentials$/,
  )
  t.deepEqual(linux.ran[1]!, { command: 'mount.nfs', args: ['server:/export', at, '-o', 'nolock'] } as never)
  const windows = fakeContext({ platform: 'windows' })
  await connect.run({ ...options, at: 'Z:' }, windows)
  t.deepEqual(windows.ran, [
    {
      command: 'net',
      args: ['use', 'Z:', '\\\\server\\images', '/persistent:no', '/user:CORP\\reader', '*'],
      input: 'Tr0ub4dor\n',
    },
  ])
  await t.throwsAsync(connect.run({ ...options, at: 'Z:' }, linux), { message: /Linux has no drive Z:/ })
})
