import test from 'ava'
import { promptForNetwork } from '../../src/ui/network-dialog.ts'
import { fakeComputer } from '../fakes.ts'

test('typed addresses are validated, and missing ones are left out', async t => {
  const computer = fakeComputer()
  computer.console.answer(
    [/DHCP\): $/, '192.0.2.300/24\r'],
    [/Invalid value[\s\S]*DHCP\): $/, '192.0.2.10/24\r'],
    [/gateway.*: $/, '192.0.2.1\r'],
    [/DNS servers.*: $/, '192.0.2.53, 2001:db8::53\r'],
    [/Proxy.*: $/, '\r'],
  )
  t.deepEqual(await promptForNetwork(computer), {
    adapters: [{ addresses: ['192.0.2.10/24'], gateways: ['192.0.2.1'], dnsServers: ['192.0.2.53', '2001:db8::53'] }],
  })
  const other = fakeComputer()
  other.console.answer([/DHCP\): $/, '\r'], [/Proxy.*: $/, 'http://proxy.example:3128\r'])
  t.deepEqual(await promptForNetwork(other), { adapters: [], proxy: 'http://proxy.example:3128' })
})
