import { promises as fs } from 'node:fs'
import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { startBooted } from '../support/booted.ts'
import { blankDisk } from '../support/debian-system.ts'
import { build, deployed, prepareDeployment } from '../support/deployment.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get', 'mmdebstrap', 'wimlib-imagex')
const folder = scratch()

test.before(async () => {
  await prepareDeployment(folder)
  await build(folder, 'deploy')
  await build(folder, 'spread')
})

boots('a set of three discs deploys, with a wrong disc offered once', t =>
  onMachine(t, async () => {
    const discs = [1, 2, 3].map(number => join(folder, `out/spread-${number}.iso`))
    for (const disc of discs) t.true((await fs.stat(disc)).size <= 100e6)
    await t.throwsAsync(fs.stat(join(folder, 'out/spread-4.iso')))
    const disk = await blankDisk(folder, 'spread.img')
    const signal = AbortSignal.timeout(20 * 60_000)
    await using machine = await startBooted({ image: discs[0]!, disks: [disk], signal })
    let after = 0
    let hasErred = false
    for (;;) {
      const found = await machine.waitFor(/bootwright: (?:insert medium (\d)\/3|sequence (succeeded|failed.*))/, {
        signal,
        after,
      })
      after = found.index + found[0].length
      if (found[2] !== undefined) break
      const wanted = Number(found[1])
      if (!hasErred) {
        hasErred = true
        await machine.changeDisc(join(folder, 'out/deploy.iso'))
        await machine.waitFor(/bootwright: wrong medium unknown/, { signal })
      }
      await machine.changeDisc(discs[wanted - 1]!)
    }
    t.true(hasErred)
    t.regex(machine.output, /bootwright: sequence succeeded/)
    t.regex(machine.output, deployed())
  }),
)
