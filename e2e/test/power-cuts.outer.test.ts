import { join } from 'node:path'
import { needs, scratch } from '@bootwright/test-support'
import test from 'ava'
import { startBooted } from '../support/booted.ts'
import { blankDisk } from '../support/debian-system.ts'
import { build, checkDisk, deployed, prepareDeployment } from '../support/deployment.ts'
import { onMachine } from '../support/machines.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get', 'mmdebstrap', 'wimlib-imagex')
const folder = scratch()

test.before(async () => {
  await prepareDeployment(folder)
  await build(folder, 'deploy')
})

/** Moments spread over a deployment; the last ones are in the installed system. */
const MOMENTS = [
  /step 1\/7 Partition started/,
  /step 1\/7 Partition succeeded/,
  /step 2\/7 Apply started/,
  /\n? *\r? {2}[1-9]\d? %, 0:\d+ left/,
  /Debian GNU\/Linux .* is on PARTUUID/,
  /step 3\/7 .* started/,
  /step 5\/7 Setup started/,
  /restarting into installedSystem/,
  /Debian GNU\/Linux|systemd\[1\]/,
  /step 6\/7 Hello started/,
] as const

boots('with the power cut at ten moments it ends deployed all the same', t =>
  onMachine(t, async () => {
    const disk = await blankDisk(folder, 'cut.img')
    const signal = AbortSignal.timeout(30 * 60_000)
    const medium = { image: join(folder, 'out/deploy.iso'), disks: [disk], signal }
    for (const moment of MOMENTS) {
      const running = await startBooted(medium)
      try {
        await running.waitFor(moment, { signal })
        t.log(`cut at ${moment}: ${/sequence resumed/.test(running.output) ? 'resumed' : 'from the start'}`)
      } finally {
        await running.cutPower()
      }
    }
    {
      await using last = await startBooted(medium)
      await last.waitFor(deployed(), { signal })
      await last.waitFor(/bootwright: sequence succeeded/, { signal })
    }
    await checkDisk(t, disk, 'bios')
  }),
)
