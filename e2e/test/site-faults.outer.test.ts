import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { needs } from '@bootwright/test-support'
import { startPostgres, startRegistry } from '@bootwright/test-support/servers'
import test from 'ava'
import { startBooted } from '../support/booted.ts'
import { blankDisk } from '../support/debian-system.ts'
import { onMachine, start } from '../support/machines.ts'
import {
  BOOTABLE,
  build,
  CABLE,
  CARD,
  END,
  EVENTS,
  eventsOf,
  folder,
  HOST,
  NETWORK,
  openLab,
  prepareDebian,
  prepareSequences,
  publishing,
} from '../support/site-lab.ts'

const boots = needs(
  test,
  'qemu-system-x86_64',
  'apt-get',
  'mmdebstrap',
  'wimlib-imagex',
  'docker-registry',
  'pg_ctlcluster',
)

test.before(async () => {
  await prepareSequences()
  await prepareDebian()
})

boots(
  'an unknown computer is deployed from a registry by way of PostgreSQL, whatever is cut off on the way; the same medium deploys what is changed',
  t =>
    onMachine(t, async () => {
      using postgres = await startPostgres()
      using registry = await startRegistry()
      await using lab = await openLab('large', { database: postgres.url })
      const images = (host: string): string => `http://${host}:${registry.port}/images`
      const deploy = publishing(lab, 'deploy.yaml', { distributionPoint: images('127.0.0.1') })
      await build(lab, { deploy, stick: { ...BOOTABLE, targets: [{ iso: { file: 'stick.iso' } }] } })
      const deployments = { lab: { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' } }
      await lab.declare({ deployments, distributionPoints: [images(HOST)] })

      const image = join(folder, 'stick.iso')
      const medium = { image, attachAs: 'cd', firmware: 'uefi', restarts: true, extra: NETWORK } as const
      const signal = AbortSignal.timeout(20 * 60_000)
      {
        const disks = [await blankDisk(folder, 'disk.img')]
        await using machine = await start({ ...medium, disks, signal })
        await machine.waitFor(/bootwright: deployment lab, deploy revision 1/, { signal })
        // In the middle of the image, which is applied while it comes.
        await machine.waitFor(/\r {2}[1-3]\d %/, { signal })
        registry.stop()
        await machine.waitFor(/The download was interrupted/, { signal })
        await registry.start()
        await machine.waitFor(/\r {2}[5-8]\d %/, { signal })
        await machine.plugCable(CARD, false)
        await sleep(60_000)
        await machine.plugCable(CARD, true)
        const [shown] = (await lab.administrator.request('overview', {})).runs
        t.like(shown, { state: 'running', step: { number: 2, total: 7, name: 'Apply' } })
        t.true((shown?.progress?.done ?? 0) > 0)
        await machine.waitFor(/step 2\/7 Apply succeeded/, { signal })
        await lab.stop()
        await machine.waitFor(/step 4\/7 Network succeeded/, { signal })
        await lab.start()
        await machine.waitFor(END, { signal })
        t.regex(machine.output, /deployed PC-7, good day/)
        t.regex(machine.output, /bootwright: sequence succeeded/)
      }
      const { messages } = await lab.administrator.request('messages', {})
      const [ended] = (await lab.administrator.request('overview', {})).runs
      t.is(ended?.state, 'succeeded')
      const { tail } = await lab.administrator.request('run', { run: ended!.run })
      t.true(
        tail.some(each => each.includes('step 7/7 Tell succeeded')),
        tail.join('\n'),
      )
      t.deepEqual(eventsOf(messages), EVENTS)

      t.regex(await build(lab, { deploy: { ...deploy, taskSequence: 'say.yaml' } }), /published revision 2 of "deploy"/)
      await using machine = await startBooted({ image, network: CABLE, signal })
      await machine.waitFor(/bootwright: deployment lab, deploy revision 2/, { signal })
      await machine.waitFor(/said hello by lab/, { signal })
      await machine.waitFor(/bootwright: sequence succeeded/, { signal })
    }),
)
