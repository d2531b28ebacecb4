import test from 'ava'
import { defaultGateways } from '../../../src/computer/linux/identity.ts'

test('default gateways are the gateways of default routes', t => {
  const table = [
    'Iface\tDestination\tGateway \tFlags',
    'eth0\t00000000\t0102A8C0\t0003',
    'eth0\t0002A8C0\t00000000\t0001',
    '',
  ].join('\n')
  t.deepEqual(defaultGateways(table), ['192.168.2.1'])
  t.deepEqual(defaultGateways(''), [])
})
