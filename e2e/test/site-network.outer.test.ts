import { join } from 'node:path'
import { needs } from '@bootwright/test-support'
import { startProxy } from '@bootwright/test-support/servers'
import test from 'ava'
import { startBooted } from '../support/booted.ts'
import { onMachine } from '../support/machines.ts'
import {
  BOOTABLE,
  build,
  CABLE,
  END,
  folder,
  HOST,
  type Lab,
  openLab,
  prepareSequences,
  publishing,
} from '../support/site-lab.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get')

test.before(prepareSequences)

boots('fixed addresses and a proxy that alone knows the site, and IPv6 alone, lead to it', async t => {
  const name = 'mp.lab.example'
  using proxy = await startProxy({ [name]: '127.0.0.1' })
  const saySo = async (lab: Lab, variables: object): Promise<string> => {
    const { name: file } = lab
    const stick = { ...BOOTABLE, variables, targets: [{ iso: { file: `${file}.iso` } }] }
    await build(lab, { say: publishing(lab, 'say.yaml'), stick })
    await lab.declare({
      deployments: { lab: { taskSequence: 'say', collection: 'unknownComputers', purpose: 'required' } },
    })
    return join(folder, `${file}.iso`)
  }
  const run = (image: string, network: Readonly<Record<string, unknown>>): Promise<string> =>
    onMachine(t, async () => {
      const signal = AbortSignal.timeout(10 * 60_000)
      await using machine = await startBooted({ image, network, signal })
      await machine.waitFor(END, { signal })
      t.regex(machine.output, /said hello by lab/)
      return machine.output
    })
  await using proxied = await openLab('proxied', { host: name })
  await using version6 = await openLab('version6', { host: '[fec0::2]' })
  const [fixed, alone] = await Promise.all([
    saySo(proxied, {
      BootwrightProxy: `http://${HOST}:${proxy.port}`,
      OSDAdapterCount: '1',
      OSDAdapter0EnableDHCP: 'false',
      OSDAdapter0IPAddressList: '10.0.2.77',
      OSDAdapter0SubnetMask: '255.255.255.0',
    }).then(image => run(image, CABLE)),
    saySo(version6, {}).then(image => run(image, { ...CABLE, ipv4: false })),
  ])
  t.regex(fixed, new RegExp(`bootwright: management point https://${name}`))
  t.regex(fixed, /at 10\.0\.2\.77/)
  t.true(proxy.requested.length > 1)
  t.regex(alone, /bootwright: management point https:\/\/\[fec0::2\]/)
})
