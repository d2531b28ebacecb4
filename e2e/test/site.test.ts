import { promises as fs, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { type MachineOptions, startMachine } from '@bootwright/machine'
import { ACCESS_FILE, initSite, ROOT_CERTIFICATE_FILE, type SiteAccess, serveSite } from '@bootwright/site'
import { openSiteClient } from '@bootwright/site-protocol'
import test, { type ExecutionContext } from 'ava'
import { freePort } from '../../scripts/free-port.ts'
import { needs, scratch } from '../../scripts/test-tools.ts'
import { atOnce } from './at-once.ts'
import { makeDebian } from './debian-system.ts'
import { bootwright, root } from './example.ts'

const boots = needs(test, 'qemu-system-x86_64', 'apt-get', 'mmdebstrap', 'wimlib-imagex')

/** An emulated machine keeps one processor busy. */
const inTurn = atOnce(Math.max(1, availableParallelism()))
const folder = scratch()
const site = join(folder, 'site')
/** As machines see this computer. */
const HOST = '10.0.2.2'
const NETWORK = ['-netdev', 'user,id=lan', '-device', 'virtio-net-pci,netdev=lan']
const unattended = { unattended: true, bootImage: { linux: { distribution: 'debian' } } }
const certificate = { selfSigned: { from: '2026-01-01', to: '2036-01-01' } }
const DEPLOY = `
name: Deploy Debian
operatingSystemImages:
  debian: { source: debian.wim, index: 1 }
packages:
  hello: { source: hello, programs: { install: sh install.sh } }
variables: { OSDComputerName: PC-7, OSDAdapterCount: 1, OSDAdapter0EnableDHCP: true }
steps:
  - name: Partition
    formatAndPartitionDisk:
      partitions:
        - { type: efi, size: 64MB }
        - { fileSystem: ext4, label: system }
  - name: Apply
    applyOperatingSystemImage: debian
  - name: Settings
    applyLinuxSettings:
  - name: Network
    applyNetworkSettings:
  - name: Setup
    setupOperatingSystem:
  - name: Hello
    installPackage: { package: hello, program: install }
  - name: Tell
    runCommandLine: echo "deployed $(hostname), $(cat /opt/hello/greeting)"
`
/** A sequence that only says something. */
const saying = (text: string): string => `
name: Say
steps:
  - name: Say
    runCommandLine: echo "said ${text} to $OSDComputerName by %_SMSTSAdvertID%"
`

const [managing, administering] = [await freePort(), await freePort()]
const url = `https://${HOST}:${managing}`
const listenOn = (port: number) => ({ host: '127.0.0.1', port })
let access: SiteAccess
const stops: AsyncDisposable[] = []

test.before(async () => {
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  await fs.mkdir(join(folder, 'hello'))
  await fs.writeFile(join(folder, 'hello/greeting'), 'good day')
  await fs.writeFile(join(folder, 'hello/install.sh'), 'set -e\nmkdir -p /opt/hello\ncp greeting /opt/hello/\n')
  const forHere = `https://127.0.0.1:${administering}`
  await initSite({ folder: site, name: 'P01', url: forHere, now: new Date() })
  // Two points with one database: one is for machines, the other for this test.
  stops.push(await serveSite({ folder: site, listen: listenOn(administering) }))
  stops.push(await serveSite({ folder: site, url, listen: listenOn(managing) }))
  access = JSON.parse(readFileSync(join(site, ACCESS_FILE), 'utf8'))
  const own = { access: `site/${ACCESS_FILE}` }
  const plugins = [
    ...['plugin-bootable', 'boot-linux', 'steps', 'target-iso'].map(each => `@bootwright/${each}`),
    ['@bootwright/plugin-site', own],
  ]
  const published = (taskSequence: string) => ({ type: 'taskSequence', taskSequence, targets: [{ site: own }] })
  const bootable = { type: 'bootable', management: 'dynamic', unknownComputers: true, certificate, ...unattended }
  const media = {
    deploy: published('deploy.yaml'),
    stick: { ...bootable, targets: [{ iso: { file: 'stick.iso' } }] },
  }
  const definition = {
    plugins,
    site: { managementPoints: [url], rootCertificates: [join(site, ROOT_CERTIFICATE_FILE)] },
    media,
  }
  await fs.writeFile(join(folder, 'bootwright.config.json'), JSON.stringify(definition))
  await fs.writeFile(join(folder, 'deploy.yaml'), DEPLOY)
  await makeDebian(folder)
  await build('deploy')
  await build('stick')
})
test.after.always(async () => {
  for (const stop of stops) await stop[Symbol.asyncDispose]()
})

async function build(name: string): Promise<string> {
  const { code, stdout, stderr } = await bootwright(['build', name, '--force', '--verbose'], { cwd: folder })
  if (code !== 0) throw new Error(stderr)
  return `${stdout}${stderr}`
}
const administrator = () => openSiteClient(access.url, { authorities: access.authorities, identity: access })

async function declare(declared: object): Promise<void> {
  using client = administrator()
  await client.ask('apply', { site: { name: 'P01', ...declared }, isTrial: false })
}

const DISK_BYTES = 4 * 2 ** 30
async function blankDisk(name: string): Promise<string> {
  const disk = join(folder, name)
  await fs.writeFile(disk, '')
  await fs.truncate(disk, DISK_BYTES)
  return disk
}
const start = (options: Omit<MachineOptions, 'firmware'>) =>
  startMachine({ firmware: 'uefi', restarts: true, extra: NETWORK, ...options })

async function runsUntilEnd(t: ExecutionContext, options: Omit<MachineOptions, 'firmware'>): Promise<string> {
  const signal = AbortSignal.timeout(15 * 60_000)
  await using machine = await start({ ...options, signal })
  await machine.waitFor(/bootwright: (sequence (succeeded|failed.*)|failed .*)/, { signal })
  t.regex(machine.output, /bootwright: sequence succeeded/)
  return machine.output
}

boots.serial('an unknown computer is deployed from the site, and the same medium deploys what is changed there', t =>
  inTurn(async () => {
    const deployment = { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' }
    await declare({ deployments: { lab: deployment } })
    const medium = { image: join(folder, 'stick.iso'), carrier: 'cd' } as const
    const disk = await blankDisk('disk.img')
    const output = await runsUntilEnd(t, { ...medium, disks: [disk] })
    t.regex(output, new RegExp(`bootwright: management point ${url}`))
    t.regex(output, /bootwright: deployment lab, deploy revision 1/)
    t.regex(output, /deployed PC-7, good day/)
    {
      using client = administrator()
      const { messages } = await client.ask('messages', {})
      const events = messages.map(({ event, step }) => (step ? `${event} ${step.name}` : event)).reverse()
      t.deepEqual(events.slice(0, 2), ['sequenceStarted', 'stepStarted Partition'])
      t.deepEqual(events.slice(-3), ['stepStarted Tell', 'stepSucceeded Tell', 'sequenceSucceeded'])
      t.true(events.includes('restart Setup'))
    }
    await fs.writeFile(join(folder, 'deploy.yaml'), saying('hello'))
    t.regex(await build('deploy'), /the site has revision 2 of "deploy" now/)
    const again = await runsUntilEnd(t, medium)
    t.regex(again, /bootwright: deployment lab, deploy revision 2/)
    t.regex(again, /said hello to .* by lab/)
  }),
)
