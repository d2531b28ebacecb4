import { createHash, randomBytes } from 'node:crypto'
import { promises as fs, readFileSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { type Machine, type MachineOptions, startMachine } from '@bootwright/machine'
import { ACCESS_FILE, initSite, ROOT_CERTIFICATE_FILE, serveSite } from '@bootwright/site'
import { type ComputerIdentity, openSiteClient, type SiteAccess, type SiteClient } from '@bootwright/site-protocol'
import test from 'ava'
import { freePort } from '../../scripts/free-port.ts'
import { startPostgres, startProxy, startRegistry } from '../../scripts/test-servers.ts'
import { needs, scratch } from '../../scripts/test-tools.ts'
import { atOnce } from './at-once.ts'
import { blankDisk, makeDebian, makeHello } from './debian-system.ts'
import { bootwright, root } from './example.ts'

const boots = needs(
  test,
  'qemu-system-x86_64',
  'apt-get',
  'mmdebstrap',
  'wimlib-imagex',
  'docker-registry',
  'pg_ctlcluster',
)

/** An emulated machine keeps one processor busy. */
const inTurn = atOnce(Math.max(1, availableParallelism()))
const folder = scratch()
/** As machines see this computer. */
const HOST = '10.0.2.2'
const CARD = 'lan'
const NETWORK = ['-netdev', `user,id=${CARD}`, '-device', `virtio-net-pci,netdev=${CARD}`]
const RUNNING = { unattended: true, bootImage: { linux: { distribution: 'debian' } } }
const certificate = { selfSigned: { from: '2026-01-01', to: '2036-01-01' } }
const BOOTABLE = { type: 'bootable', management: 'dynamic', unknownComputers: true, certificate, ...RUNNING }
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
    runCommandLine: echo "said ${text} by %_SMSTSAdvertID% in $(date -u +%Y) at $(ip -o -4 addr show scope global | awk '{ print $4 }')"
`

test.before(async () => {
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  await makeHello(folder)
  await fs.writeFile(join(folder, 'deploy.yaml'), DEPLOY)
  await fs.writeFile(join(folder, 'say.yaml'), saying('hello'))
  await makeDebian(folder)
})

interface Lab extends AsyncDisposable {
  /** Below the folder of the test. */
  readonly name: string
  /** Of the point that machines ask. */
  readonly url: string
  readonly administrator: SiteClient
  declare(declared: object): Promise<void>
  stop(): Promise<void>
  start(): Promise<void>
  /** One more point; its URL. */
  another(): Promise<string>
  /** Bytes that machines were sent, by the digest of what they are of. */
  readonly sent: Map<string, number>
}

/** A site with two points and one database: one is for machines, the other for this test. */
async function openLab(
  name: string,
  { database, host = HOST }: { readonly database?: string; readonly host?: string } = {},
): Promise<Lab> {
  const site = join(folder, name)
  const [own, port] = [await freePort(), await freePort()]
  const url = `https://${host}:${port}`
  await initSite({ folder: site, name: 'P01', url: `https://127.0.0.1:${own}`, now: new Date(), database })
  const sent = new Map<string, number>()
  const onContent = (sha256: string, bytes: number): unknown => sent.set(sha256, (sent.get(sha256) ?? 0) + bytes)
  const serve = (at: number, as?: string) =>
    serveSite({ folder: site, url: as, listen: { host: as?.includes('[') ? '::1' : '127.0.0.1', port: at }, onContent })
  const served = [await serve(own)]
  let point: AsyncDisposable | undefined = await serve(port, url)
  const access: SiteAccess = JSON.parse(readFileSync(join(site, ACCESS_FILE), 'utf8'))
  const administrator = openSiteClient(access.url, { authorities: access.authorities, identity: access })
  const stop = async (): Promise<void> => {
    await point?.[Symbol.asyncDispose]()
    point = undefined
  }
  return {
    name,
    url,
    administrator,
    sent,
    async declare(declared) {
      await administrator.ask('apply', { site: { name: 'P01', ...declared }, isTrial: false })
    },
    stop,
    async start() {
      point = await serve(port, url)
    },
    async another() {
      const next = await freePort()
      const nextUrl = `https://${HOST}:${next}`
      served.push(await serve(next, nextUrl))
      return nextUrl
    },
    async [Symbol.asyncDispose]() {
      administrator[Symbol.dispose]()
      await stop()
      for (const each of served) await each[Symbol.asyncDispose]()
    },
  }
}

/** Builds media of a site, which they are registered at, or whose files they are handed to. */
async function build(lab: Lab, media: object, site: object = {}): Promise<string> {
  const definition = {
    plugins: [
      ...['plugin-bootable', 'plugin-prestaged', 'boot-linux', 'steps', 'target-iso', 'target-usb'].map(
        each => `@bootwright/${each}`,
      ),
      ['@bootwright/plugin-site', { access: `${lab.name}/${ACCESS_FILE}`, checkPoints: false }],
    ],
    site: { managementPoints: [lab.url], rootCertificates: [`${lab.name}/${ROOT_CERTIFICATE_FILE}`], ...site },
    media,
  }
  const config = `${lab.name}.json`
  await fs.writeFile(join(folder, config), JSON.stringify(definition))
  const { code, stdout, stderr } = await bootwright(['--config', config, 'build', '--force', '--verbose'], {
    cwd: folder,
  })
  if (code !== 0) throw new Error(stderr)
  return `${stdout}${stderr}`
}
const publishing = (lab: Lab, taskSequence: string, more: object = {}) => ({
  type: 'taskSequence',
  taskSequence,
  targets: [{ site: { access: `${lab.name}/${ACCESS_FILE}`, ...more } }],
})

const start = (options: Omit<MachineOptions, 'firmware'>): Promise<Machine> =>
  startMachine({ firmware: 'uefi', restarts: true, extra: NETWORK, ...options })
/** A whole line: the console shows it piece by piece. */
const END = /bootwright: (sequence (?:succeeded|failed \d+)|failed (?<code>\w+))\r?\n/

boots(
  'an unknown computer is deployed from a registry by way of PostgreSQL, whatever is cut off on the way; the same medium deploys what is changed',
  t =>
    inTurn(async () => {
      using postgres = await startPostgres()
      using registry = await startRegistry()
      await using lab = await openLab('large', { database: postgres.url })
      const images = (host: string): string => `http://${host}:${registry.port}/images`
      const deploy = publishing(lab, 'deploy.yaml', { distributionPoint: images('127.0.0.1') })
      await build(lab, { deploy, stick: { ...BOOTABLE, targets: [{ iso: { file: 'stick.iso' } }] } })
      const deployments = { lab: { taskSequence: 'deploy', collection: 'unknownComputers', purpose: 'required' } }
      await lab.declare({ deployments, distributionPoints: [images(HOST)] })

      const medium = { image: join(folder, 'stick.iso'), carrier: 'cd' } as const
      const signal = AbortSignal.timeout(20 * 60_000)
      {
        await using machine = await start({ ...medium, disks: [await blankDisk(folder, 'disk.img')], signal })
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
        const [shown] = (await lab.administrator.ask('overview', {})).runs
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
      const { messages } = await lab.administrator.ask('messages', {})
      const [ended] = (await lab.administrator.ask('overview', {})).runs
      t.is(ended?.state, 'succeeded')
      const { tail } = await lab.administrator.ask('run', { run: ended!.run })
      t.true(
        tail.some(each => each.includes('step 7/7 Tell succeeded')),
        tail.join('\n'),
      )
      const events = messages.map(({ event, step }) => (step ? `${event} ${step.name}` : event)).reverse()
      t.deepEqual(events, [
        'sequenceStarted',
        ...['Partition', 'Apply', 'Settings', 'Network'].flatMap(each => [
          `stepStarted ${each}`,
          `stepSucceeded ${each}`,
        ]),
        ...['stepStarted Setup', 'stepSucceeded Setup', 'restart Setup'],
        ...['Hello', 'Tell'].flatMap(each => [`stepStarted ${each}`, `stepSucceeded ${each}`]),
        'sequenceSucceeded',
      ])

      t.regex(
        await build(lab, { deploy: { ...deploy, taskSequence: 'say.yaml' } }),
        /the site has revision 2 of "deploy" now/,
      )
      await using machine = await start({ ...medium, signal })
      await machine.waitFor(/bootwright: deployment lab, deploy revision 2/, { signal })
      await machine.waitFor(/said hello by lab/, { signal })
      await machine.waitFor(/bootwright: sequence succeeded/, { signal })
    }),
)

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
  const { media } = await lab.administrator.ask('media', {})
  await lab.administrator.ask('block', { id: media.find(({ name }) => name === 'blocked')!.id, isBlocked: true })

  const endOf = (name: string, use: (machine: Machine, signal: AbortSignal) => Promise<void> = async () => {}) =>
    inTurn(async () => {
      const signal = AbortSignal.timeout(10 * 60_000)
      await using machine = await start({ image: join(folder, `${name}.iso`), carrier: 'cd', signal })
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
      new RegExp(`${lab.url} says that`),
      /said hello by lab/,
    ]),
    through('fixed', lab.url, [/served by others, which this medium does not ask/]),
    refused('wrong', 'AUTHORITY_UNTRUSTED'),
    refused('blocked', 'CERTIFICATE_BLOCKED'),
    refused('known', 'COMPUTER_UNKNOWN'),
    refused('missing', 'NOT_DEPLOYED'),
    endOf('pending', async (machine, signal) => {
      await machine.waitFor(/bootwright: waiting for approval/, { signal })
      const { messages } = await lab.administrator.ask('messages', {})
      t.false(messages.some(each => each.deployment === 'hidden'))
      const { waiting } = await lab.administrator.ask('affinities', {})
      t.deepEqual(
        waiting.map(({ user }) => user),
        ['LAB\\ada'],
      )
      await lab.administrator.ask('approve', { client: waiting[0]!.client })
    }).then(({ output, code }) => {
      t.is(code, 'sequence succeeded')
      t.regex(output, /said hello by hidden/)
    }),
    sleep(60_000).then(() => refused('expired', 'CERTIFICATE_EXPIRED')),
  ])
})

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
  const run = (image: string, extra: readonly string[]): Promise<string> =>
    inTurn(async () => {
      const signal = AbortSignal.timeout(10 * 60_000)
      await using machine = await start({ image, carrier: 'cd', extra, signal })
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
    }).then(image => run(image, NETWORK)),
    saySo(version6, {}).then(image =>
      run(
        image,
        NETWORK.map(each => each.replace('user,', 'user,ipv4=off,')),
      ),
    ),
  ])
  t.regex(fixed, new RegExp(`bootwright: management point https://${name}`))
  t.regex(fixed, /at 10\.0\.2\.77/)
  t.true(proxy.asked.length > 1)
  t.regex(alone, /bootwright: management point https:\/\/\[fec0::2\]/)
})

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
const USE = `
name: Use
packages: { tools: { source: tools, programs: { show: sh show.sh } } }
steps:
  - installPackage: { package: tools, program: show }
`
boots(
  'a prestaged disk needs no content of the network, and of a file that was revised only the chunks that differ',
  t =>
    inTurn(async () => {
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
        await using machine = await start({ image: join(folder, 'prestaged.img'), carrier: 'disk', signal })
        await machine.waitFor(END, { signal })
        t.regex(machine.output, new RegExp(`tools are ${wanted}`))
        // The programs of the steps are no content, and no medium of this type has them.
        const { client, deployments } = await lab.administrator.ask('policy', { computer: ANY_COMPUTER })
        const asked = { id: 'lab', client, revision: deployments[0]!.revision }
        const { steps } = await lab.administrator.ask('sequence', asked)
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
