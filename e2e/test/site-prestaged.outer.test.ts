import { createHash, randomBytes } from 'node:crypto'
import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import type { ComputerIdentity } from '@bootwright/site-protocol'
import { needs } from '@bootwright/test-support'
import test from 'ava'
import { onMachine, start } from '../support/machines.ts'
import { BOOTABLE, build, END, folder, NETWORK, openLab, prepareSequences, publishing } from '../support/site-lab.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get')

test.before(prepareSequences)

const ANY_COMPUTER: ComputerIdentity = {
  uuid: '',
  macAddresses: ['52:54:00:00:00:01'],
  ipAddresses: [],
  make: '',
  model: '',
  serialNumber: '',
  assetTag: '',
  architecture: 'x64',
}
const MACHINE = { attachAs: 'disk', firmware: 'uefi', restarts: true, extra: NETWORK } as const
const USE = `
name: Use
packages: { tools: { source: tools, programs: { show: sh show.sh } } }
steps:
  - installPackage: { package: tools, program: show }
`
boots(
  'a prestaged disk needs no content of the network, and of a file that was revised only the chunks that differ',
  t =>
    onMachine(t, async () => {
      await fs.mkdir(join(folder, 'tools'))
      await fs.writeFile(join(folder, 'use.yaml'), USE)
      await fs.writeFile(join(folder, 'tools/show.sh'), 'echo "tools are $(sha256sum <data)"\n')
      const data = randomBytes(24 << 20)
      const sha256 = (of: Uint8Array): string => createHash('sha256').update(of).digest('hex')
      await fs.writeFile(join(folder, 'tools/data'), data)
      await using lab = await openLab('prestaged')
      const use = publishing(lab, 'use.yaml')
      const disk = {
        ...BOOTABLE,
        type: 'prestaged',
        operatingSystemImage: { source: 'hello/greeting', name: 'unused' },
        packages: { tools: 'tools' },
        targets: [{ disk: { file: 'prestaged.img' } }],
      }
      await build(lab, { use, disk })
      await lab.declare({
        deployments: { lab: { taskSequence: 'use', collection: 'unknownComputers', purpose: 'required' } },
      })
      const uses = async (wanted: string): Promise<number> => {
        lab.sent.clear()
        const signal = AbortSignal.timeout(10 * 60_000)
        await using machine = await start({ ...MACHINE, image: join(folder, 'prestaged.img'), signal })
        await machine.waitFor(END, { signal })
        t.regex(machine.output, new RegExp(`tools are ${wanted}`))
        // The programs of the steps are no content, and no medium of this type has them.
        const { client, deployments } = await lab.administrator.request('policy', { computer: ANY_COMPUTER })
        const asked = { id: 'lab', client, revision: deployments[0]!.revision }
        const { steps } = await lab.administrator.request('sequence', asked)
        return [...lab.sent].reduce((sum, [each, bytes]) => (each === steps.sha256 ? sum : sum + bytes), 0)
      }
      t.is(await uses(sha256(data)), 0)

      const revised = Buffer.concat([data.subarray(0, 9_000_000), Buffer.from('a few more'), data.subarray(9_000_000)])
      await fs.writeFile(join(folder, 'tools/data'), revised)
      await build(lab, { use })
      const sent = await uses(sha256(revised))
      t.true(sent > 0 && sent < 9 << 20, `${sent} bytes of ${revised.length}`)
      t.log(`${sent} bytes of ${revised.length}`)
    }),
)
