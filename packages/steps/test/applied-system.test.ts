import { readFile, readlink } from 'node:fs/promises'
import { join } from 'node:path'
import { adaptersFrom, prefixLength } from '@bootwright/medium-format/adapters'
import test from 'ava'
import { applyLinuxSettings as step } from '../src/definitions/apply-linux-settings.ts'
import applyLinuxSettings from '../src/programs/apply-linux-settings.ts'
import applyNetworkSettings from '../src/programs/apply-network-settings.ts'
import { fakeContext } from './fake-context.ts'
import { folderWith } from './folder-with.ts'

const rootWith = (files: Readonly<Record<string, string>>): Promise<string> =>
  folderWith({ 'etc/os-release': 'ID=debian\nPRETTY_NAME="Debian 12"\n', ...files })
const variables = { OSDTargetSystemDrive: 'PARTUUID=1' }
const options = async (written: object) => {
  const result = await step.schema['~standard'].validate(written)
  if (result.issues) throw new Error(result.issues[0]!.message)
  return result.value
}

test('a system gets its name, time zone, locale, and forgets whose machine id and host keys it has', async t => {
  const root = await rootWith({
    'etc/hosts': '127.0.0.1\tlocalhost\n127.0.1.1\told\n::1\tlocalhost\n',
    'etc/machine-id': '0123\n',
    'etc/ssh/ssh_host_rsa_key': 'key',
    'etc/default/keyboard': '',
    'usr/share/zoneinfo/Europe/Paris': 'TZif',
  })
  const context = fakeContext({ root, variables: { ...variables, OSDComputerName: 'pc7.corp.example' } })
  await applyLinuxSettings.run(
    await options({ computerName: 'other', timeZone: 'Europe/Paris', keyboard: 'fr' }),
    context,
  )
  t.is(await readFile(join(root, 'etc/hostname'), 'utf8'), 'pc7.corp.example\n')
  t.is(
    await readFile(join(root, 'etc/hosts'), 'utf8'),
    '127.0.0.1\tlocalhost\n127.0.1.1\tpc7.corp.example pc7\n::1\tlocalhost\n',
  )
  t.is(await readlink(join(root, 'etc/localtime')), '/usr/share/zoneinfo/Europe/Paris')
  t.is(await readFile(join(root, 'etc/machine-id'), 'utf8'), '')
  t.regex(await readFile(join(root, 'etc/default/keyboard'), 'utf8'), /XKBLAYOUT="fr"/)
  await t.throwsAsync(readFile(join(root, 'etc/ssh/ssh_host_rsa_key')), { code: 'ENOENT' })
  await t.throwsAsync(applyLinuxSettings.run(await options({ timeZone: 'Mars/Base' }), context), {
    message: /the image has no time zone "Mars\/Base"/,
  })
})

test('passwords go to chpasswd on its input, in no list of processes', async t => {
  const root = await rootWith({ 'etc/passwd': 'root:x:0:0::/root:/bin/sh\n' })
  const context = fakeContext({ root, variables })
  const password = { secret: 'Tr0ub4dor' } as never
  await applyLinuxSettings.run(await options({ users: [{ name: 'ada', password, groups: ['sudo'] }] }), context)
  const chpasswd = context.ran.find(({ args }) => args.includes('chpasswd'))
  t.is(chpasswd?.input, 'ada:Tr0ub4dor\n')
  t.false(context.ran.some(({ args }) => args.join().includes('Tr0ub4dor')))
  t.true(
    context.ran.some(({ args }) =>
      args.join(' ').includes('useradd --create-home --shell /bin/bash --groups sudo ada'),
    ),
  )
  t.is(
    context.ran.filter(({ command }) => command === 'mount').length,
    context.ran.filter(({ command }) => command === 'umount').length,
  )
})

test('adapters come from the variables that people know', t => {
  const { variables: known } = fakeContext({
    variables: {
      OSDAdapterCount: '2',
      OSDAdapter0EnableDHCP: 'FALSE',
      OSDAdapter0IPAddressList: '192.0.2.10, 2001:db8::1',
      OSDAdapter0SubnetMask: '255.255.255.0',
      OSDAdapter0Gateways: '192.0.2.1',
      OSDAdapter0DNSServerList: '192.0.2.53,192.0.2.54',
    },
  })
  const [first, second] = adaptersFrom(known)!
  t.deepEqual(first!.addresses, ['192.0.2.10/24', '2001:db8::1/64'])
  t.deepEqual(first!.dnsServers, ['192.0.2.53', '192.0.2.54'])
  t.deepEqual(second!.addresses, [])
  t.is(prefixLength('255.255.255.255', '192.0.2.1'), 32)
  t.throws(() => prefixLength('255.0.255.0', '192.0.2.1'), { message: /not a subnet mask/ })
})

const adapter = {
  addresses: ['192.0.2.10/24'],
  gateways: ['192.0.2.1'],
  dnsServers: ['192.0.2.53'],
  macAddress: '52-54-00-AA-BB-CC',
}
for (const [manager, file, pattern] of [
  [
    'usr/lib/systemd/systemd-networkd',
    'etc/systemd/network/50-bootwright-0.network',
    /MACAddress=52:54:00:aa:bb:cc\n\n\[Network\]\nAddress=192\.0\.2\.10\/24\nGateway=192\.0\.2\.1\nDNS=192\.0\.2\.53\n/,
  ],
  [
    'usr/sbin/NetworkManager',
    'etc/NetworkManager/system-connections/bootwright-0.nmconnection',
    /method=manual\naddress1=192\.0\.2\.10\/24,192\.0\.2\.1\ndns=192\.0\.2\.53;/,
  ],
  [
    'sbin/ifup',
    'etc/network/interfaces.d/bootwright-0',
    /auto mac\/52:54:00:aa:bb:cc=deployed0\n(.*\n)*iface deployed0 inet static\n {4}address 192\.0\.2\.10\/24\n {4}gateway 192\.0\.2\.1/,
  ],
] as const)
  test(`the network is configured for ${manager}`, async t => {
    const root = await rootWith({ [manager]: '' })
    await applyNetworkSettings.run({ adapters: [adapter] }, fakeContext({ root, variables }))
    t.regex(await readFile(join(root, file), 'utf8'), pattern)
  })

test('a system without anything that configures a network is said', async t => {
  const context = fakeContext({ root: await rootWith({}), variables })
  await t.throwsAsync(applyNetworkSettings.run({ adapters: [] }, context), {
    message: /looked for NetworkManager, ifupdown, systemd-networkd/,
  })
})
