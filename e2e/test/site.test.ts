import { join } from 'node:path'
import { needs } from '@bootwright/test-support'
import { startPostgres, startRegistry } from '@bootwright/test-support/servers'
import test from 'ava'
import { blankDisk } from '../support/debian-system.ts'
import { onMachine, start } from '../support/machines.ts'
import {
  BOOTABLE,
  build,
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

boots('an unknown computer is deployed from a registry by way of PostgreSQL, and the site shows how', t =>
  onMachine(t, async () => {
    using postgres = await startPostgres()
    using registry = await startRegistry()
    await using lab = await openLab('large', { database: postgres.url })
    const images = (host: string): string => `http://${host}:${registry.port}/images`
    const deploy = publishing(lab, 'deploy.yaml', { distributionPoint: images('127.0.0.1') })
    await build(lab, { deploy, stick: { ...BOOTABLE, targets: [{ iso: { file: 'stick.iso' } }] } })
    const deployments = { lab: { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' } }
    await lab.declare({ deployments, distributionPoints: [images(HOST)] })

    const medium = { image: join(folder, 'stick.iso'), attachAs: 'cd', firmware: 'uefi', extra: NETWORK } as const
    const signal = AbortSignal.timeout(20 * 60_000)
    {
      const disks = [await blankDisk(folder, 'disk.img')]
      await using machine = await start({ ...medium, disks, restarts: true, signal })
      await machine.waitFor(/bootwright: deployment lab, deploy revision 1/, { signal })
      await machine.waitFor(/\r {2}[5-8]\d %/, { signal })
      const [shown] = (await lab.administrator.request('overview', {})).runs
      t.like(shown, { state: 'running', step: { number: 2, total: 7, name: 'Apply' } })
      await machine.waitFor(END, { signal })
      t.regex(machine.output, /deployed PC-7, good day/)
      t.regex(machine.output, /bootwright: sequence succeeded/)
    }
    const [ended] = (await lab.administrator.request('overview', {})).runs
    t.is(ended?.state, 'succeeded')
    const { messages } = await lab.administrator.request('messages', {})
    t.deepEqual(eventsOf(messages), EVENTS)
  }),
)
