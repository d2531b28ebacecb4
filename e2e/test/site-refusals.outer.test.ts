import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { freePort, needs } from '@bootwright/test-support'
import type { Machine } from '@bootwright/virtual-machine'
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
  openLab,
  prepareSequences,
  publishing,
} from '../support/site-lab.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get')

test.before(prepareSequences)

/** Media, and what a computer that starts from them ends with. */
boots('every refusal of a site has its own end, and redirects lead to the point that serves', async t => {
  await using lab = await openLab('small')
  await using stranger = await openLab('stranger')
  const [third, down] = [await lab.another(), `https://${HOST}:${await freePort()}`]
  const iso = (name: string) => ({ targets: [{ iso: { file: `${name}.iso` } }] })
  const soon = new Date(Date.now() + 60_000).toISOString().replace(/\.\d+Z/, 'Z')
  const managementPoints = [down, lab.url]
  await build(lab, {
    say: publishing(lab, 'say.yaml'),
    dynamic: { ...BOOTABLE, managementPoints, ...iso('dynamic') },
    fixed: { ...BOOTABLE, management: 'site-based', ...iso('fixed') },
    expired: { ...BOOTABLE, certificate: { selfSigned: { from: '2026-01-01', to: soon } }, ...iso('expired') },
    blocked: { ...BOOTABLE, ...iso('blocked') },
    known: { ...BOOTABLE, unknownComputers: false, ...iso('known') },
    pending: {
      ...BOOTABLE,
      userDeviceAffinity: 'pending',
      variables: { SMSTSUDAUsers: 'LAB\\ada', SMSTSPreferredAdvertID: 'hidden' },
      ...iso('pending'),
    },
    missing: { ...BOOTABLE, variables: { SMSTSPreferredAdvertID: 'nothing' }, ...iso('missing') },
  })
  await build(
    stranger,
    { say: publishing(stranger, 'say.yaml'), wrong: { ...BOOTABLE, ...iso('wrong') } },
    { managementPoints: [lab.url] },
  )
  const deployment = { taskSequence: 'say', collection: 'unknownComputers', purpose: 'required' }
  await lab.declare({
    deployments: { lab: deployment, hidden: { ...deployment, availableTo: 'mediaHidden' } },
    boundaries: { here: { ranges: ['10.0.2.0/24'], managementPoints: [third] } },
  })
  const { media } = await lab.administrator.request('media', {})
  await lab.administrator.request('block', { id: media.find(({ name }) => name === 'blocked')!.id, isBlocked: true })

  const endOf = (name: string, use: (machine: Machine, signal: AbortSignal) => Promise<void> = async () => {}) =>
    onMachine(t, async () => {
      const signal = AbortSignal.timeout(10 * 60_000)
      await using machine = await startBooted({ image: join(folder, `${name}.iso`), network: CABLE, signal })
      await use(machine, signal)
      const end = await machine.waitFor(END, { signal })
      return { output: machine.output, code: end.groups?.code ?? end[1]! }
    })
  const refused = async (name: string, code: string): Promise<void> => {
    const end = await endOf(name)
    t.is(end.code, code, end.output.slice(-2000))
  }
  const through = async (name: string, url: string, patterns: readonly RegExp[]): Promise<void> => {
    const { output, code } = await endOf(name)
    t.is(code, 'sequence succeeded', output.slice(-2000))
    for (const pattern of [new RegExp(`bootwright: management point ${url}`), ...patterns]) t.regex(output, pattern)
  }
  await Promise.all([
    through('dynamic', third, [
      new RegExp(`${down} cannot be used`),
      new RegExp(`${lab.url} refers this computer to`),
      /said hello by lab/,
    ]),
    through('fixed', lab.url, [/to other management points, which this site-based medium does not contact/]),
    refused('wrong', 'AUTHORITY_UNTRUSTED'),
    refused('blocked', 'CERTIFICATE_BLOCKED'),
    refused('known', 'COMPUTER_UNKNOWN'),
    refused('missing', 'NOT_DEPLOYED'),
    endOf('pending', async (machine, signal) => {
      await machine.waitFor(/bootwright: waiting for approval/, { signal })
      const { messages } = await lab.administrator.request('messages', {})
      t.false(messages.some(each => each.deployment === 'hidden'))
      const { waiting } = await lab.administrator.request('affinities', {})
      t.deepEqual(
        waiting.map(({ user }) => user),
        ['LAB\\ada'],
      )
      await lab.administrator.request('approve', { client: waiting[0]!.client })
    }).then(({ output, code }) => {
      t.is(code, 'sequence succeeded')
      t.regex(output, /said hello by hidden/)
    }),
    sleep(60_000).then(() => refused('expired', 'CERTIFICATE_EXPIRED')),
  ])
})
