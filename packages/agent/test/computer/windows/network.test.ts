import type { NetworkInterfaceInfo } from 'node:os'
import test from 'ava'
import { setAdapters } from '../../../src/computer/windows/network.ts'

const card = (mac: string): NetworkInterfaceInfo => ({
  address: '169.254.1.1',
  netmask: '255.255.0.0',
  family: 'IPv4',
  internal: false,
  cidr: null,
  mac,
})
const all = { 'Ethernet 2': [card('52:54:00:00:00:02')], Ethernet: [card('52:54:00:00:00:01')] }
const none = { gateways: [], dnsServers: [] }

test('the matching cards get their addresses by netsh', async t => {
  const run: string[] = []
  const programs = {
    async run(command: string, args: readonly string[]) {
      run.push([command, ...args].join(' '))
      return { exitCode: 0, output: '' }
    },
  }
  await setAdapters(
    programs,
    [
      {
        macAddress: '52-54-00-00-00-01',
        addresses: ['192.0.2.10/24', '2001:db8::10/64'],
        gateways: ['192.0.2.1', 'fe80::1'],
        dnsServers: ['192.0.2.53', '2001:db8::53'],
      },
      { ...none, addresses: ['198.51.100.7/24'] },
    ],
    all,
  )
  t.deepEqual(run, [
    'netsh interface ipv4 set address name=Ethernet source=static address=192.0.2.10/24 gateway=192.0.2.1',
    'netsh interface ipv6 add address interface=Ethernet address=2001:db8::10/64',
    'netsh interface ipv6 add route ::/0 interface=Ethernet nexthop=fe80::1',
    'netsh interface ipv4 add dnsservers name=Ethernet address=192.0.2.53 validate=no',
    'netsh interface ipv6 add dnsservers name=Ethernet address=2001:db8::53 validate=no',
    'netsh interface ipv4 set address name=Ethernet 2 source=static address=198.51.100.7/24',
  ])
  const refusing = { run: async () => ({ exitCode: 1, output: 'no such address' }) }
  const wanted = [
    { ...none, name: 'Wi*', addresses: ['192.0.2.10/24'] },
    { ...none, name: 'Eth*', addresses: ['192.0.2.11/24'] },
  ]
  await t.throwsAsync(setAdapters(refusing, wanted, all), {
    code: 'NETWORK_MISSING',
    message: /^the network card Ethernet 2 cannot be configured: .*192\.0\.2\.11.*: no such address$/,
  })
})
