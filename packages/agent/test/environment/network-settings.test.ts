import test from 'ava'
import { networkSettings } from '../../src/environment/network-settings.ts'
import { createVariables } from '../../src/environment/variables.ts'

const variables = (all: Readonly<Record<string, string>>) =>
  createVariables(Object.fromEntries(Object.entries(all).map(([name, value]) => [name, { value }])))

test('network settings come from the same variables as for installed systems', t => {
  t.deepEqual(networkSettings(variables({})), { adapters: [] })
  const settings = networkSettings(
    variables({
      OSDAdapterCount: '1',
      OSDAdapter0EnableDHCP: 'false',
      OSDAdapter0IPAddressList: '192.0.2.10',
      OSDAdapter0SubnetMask: '255.255.255.0',
      OSDAdapter0Gateways: '192.0.2.1',
      BootwrightProxy: 'http://proxy.example:3128',
    }),
  )
  t.like(settings, {
    proxy: 'http://proxy.example:3128',
    adapters: [{ addresses: ['192.0.2.10/24'], gateways: ['192.0.2.1'] }],
  })
  t.throws(() => networkSettings(variables({ BootwrightProxy: 'lab:Tr0ub4dor@proxy:3128' })), {
    message: /^BootwrightProxy is not a proxy URL; expected http:\/\/proxy\.corp\.example:3128$/,
  })
  t.throws(
    () =>
      networkSettings(
        variables({ OSDAdapterCount: '1', OSDAdapter0EnableDHCP: 'false', OSDAdapter0IPAddressList: '192.0.2.10' }),
      ),
    {
      message: /is not a subnet mask/,
    },
  )
})
