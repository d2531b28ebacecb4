import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { scratch } from '@bootwright/test-support'
import test from 'ava'
import { linuxNetwork } from '../../../src/computer/linux/network.ts'

/** A computer with two cards; `run` says which addresses they have after a command. */
function withCards(run: (command: string) => readonly string[] | undefined | Promise<readonly string[] | undefined>) {
  const folder = scratch()
  const [sys, resolver, script] = [join(folder, 'net'), join(folder, 'resolv.conf'), join(folder, 'dhcp')]
  for (const [name, address] of [
    ['eth0', '52:54:00:00:00:01'],
    ['eth1', '52:54:00:00:00:02'],
  ] as const) {
    mkdirSync(join(sys, name, 'device'), { recursive: true })
    writeFileSync(join(sys, name, 'address'), `${address}\n`)
  }
  mkdirSync(join(sys, 'lo'))
  writeFileSync(script, '')
  let addresses: readonly string[] = ['fe80::1']
  const commands: string[] = []
  const programs = {
    async run(command: string, args: readonly string[]) {
      const line = [command, ...args].join(' ').replace(script, 'SCRIPT')
      commands.push(line)
      addresses = (await run(line)) ?? addresses
      return { exitCode: 0, output: '' }
    },
  }
  const network = linuxNetwork({ programs, sys, resolver, script, addresses: () => addresses })
  return { network, commands, resolver }
}
const none = { gateways: [], dnsServers: [] }

test('every card requests an address by DHCP, once', async t => {
  const { network, commands } = withCards(line => (/udhcpc -i eth1/.test(line) ? ['192.0.2.7'] : undefined))
  await network.connect()
  await network.connect()
  t.deepEqual(commands, [
    'ip link set dev eth0 up',
    'ip link set dev eth1 up',
    'udhcpc -i eth0 -n -t 5 -T 3 -s SCRIPT',
    'udhcpc -i eth1 -n -t 5 -T 3 -s SCRIPT',
  ])
})

test('a card gets its static addresses, and the others use DHCP', async t => {
  const { network, commands, resolver } = withCards(line => (/addr add/.test(line) ? ['192.0.2.10'] : undefined))
  network.use({
    adapters: [
      {
        macAddress: '52-54-00-00-00-02',
        addresses: ['192.0.2.10/24', '2001:db8::10/64'],
        gateways: ['192.0.2.1', '2001:db8::1'],
        dnsServers: ['192.0.2.53'],
        dnsDomain: 'corp.example',
      },
      { ...none, name: 'e*', addresses: [] },
      // Of the installed system.
      { ...none, name: 'enp0s3', addresses: ['192.0.2.11/24'] },
    ],
  })
  await network.connect()
  t.deepEqual(commands, [
    'ip link set dev eth1 up',
    'ip addr flush dev eth1',
    'ip addr add 192.0.2.10/24 dev eth1',
    'ip addr add 2001:db8::10/64 dev eth1',
    'ip route replace default via 192.0.2.1 dev eth1',
    'ip -6 route replace default via 2001:db8::1 dev eth1',
    'ip link set dev eth0 up',
    'udhcpc -i eth0 -n -t 5 -T 3 -s SCRIPT',
  ])
  t.is(readFileSync(resolver, 'utf8'), 'search corp.example\nnameserver 192.0.2.53\n')
  // What somebody types is done, although there is an address.
  network.use({ adapters: [{ ...none, addresses: ['198.51.100.7/24'] }] })
  await network.connect()
  t.true(commands.includes('ip addr add 198.51.100.7/24 dev eth0'))
  network.use({ adapters: [] })
  await network.connect()
  t.true(commands.includes('udhcpc -i eth1 -n -t 5 -T 3 -s SCRIPT'))
})

test('an IPv6 address shortens the wait for DHCP, and a missing network is reported', async t => {
  const { network } = withCards(async line => {
    if (/link set dev eth0/.test(line)) return ['fe80::1', '2001:db8::7']
    if (line.startsWith('udhcpc')) await new Promise(() => {})
    return undefined
  })
  await network.connect()
  const silent = withCards(() => undefined)
  silent.network.use({ adapters: [{ ...none, name: 'wlan0', addresses: [] }] })
  await t.throwsAsync(silent.network.connect(), {
    code: 'NETWORK_MISSING',
    message: /no network was reached through eth0, eth1; .* No card matches wlan0, which variables configure/,
  })
})
