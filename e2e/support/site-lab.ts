import { promises as fs, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ACCESS_FILE, initSite, ROOT_CERTIFICATE_FILE, serveSite } from '@bootwright/site'
import { openSiteClient, type SiteAccess, type SiteClient, type StatusMessage } from '@bootwright/site-protocol'
import { freePort, scratch } from '@bootwright/test-support'
import { debianImage, makeHello } from './debian-system.ts'
import { bootwright, root } from './example.ts'

/** Of this test file, where sites and media are. */
export const folder: string = scratch()
/** As machines see this computer. */
export const HOST = '10.0.2.2'
export const CARD = 'lan'
export const NETWORK: readonly string[] = ['-netdev', `user,id=${CARD}`, '-device', `virtio-net-pci,netdev=${CARD}`]
/** The same for a machine that has booted. */
export const CABLE: Readonly<Record<string, unknown>> = { type: 'user', id: CARD }
const RUNNING = { unattended: true, bootImage: { linux: { distribution: 'debian' } } }
const certificate = { selfSigned: { from: '2026-01-01', to: '2036-01-01' } }
export const BOOTABLE: Readonly<Record<string, unknown>> = {
  type: 'bootable',
  management: 'dynamic',
  unknownComputers: true,
  certificate,
  ...RUNNING,
}
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

/** Writes what sites publish into the folder: `deploy.yaml`, which deploys a Debian, and `say.yaml`. */
export async function prepareSequences(): Promise<void> {
  await fs.symlink(join(root, 'e2e/node_modules'), join(folder, 'node_modules'))
  await makeHello(folder)
  await fs.writeFile(join(folder, 'deploy.yaml'), DEPLOY)
  await fs.writeFile(join(folder, 'say.yaml'), saying('hello'))
}

export const prepareDebian = async (): Promise<void> => fs.symlink(await debianImage(), join(folder, 'debian.wim'))

export interface Lab extends AsyncDisposable {
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
export async function openLab(
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
      await administrator.request('apply', { site: { name: 'P01', ...declared }, isTrial: false })
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
export async function build(lab: Lab, media: object, site: object = {}): Promise<string> {
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
export const publishing = (lab: Lab, taskSequence: string, more: object = {}): object => ({
  type: 'taskSequence',
  taskSequence,
  targets: [{ site: { access: `${lab.name}/${ACCESS_FILE}`, ...more } }],
})

/** A whole line: the console shows it piece by piece. */
export const END: RegExp = /bootwright: (sequence (?:succeeded|failed \d+)|failed (?<code>\w+))\r?\n/

/** What a run of `deploy.yaml` reports, in order. */
export const EVENTS: readonly string[] = [
  'sequenceStarted',
  ...['Partition', 'Apply', 'Settings', 'Network'].flatMap(each => [`stepStarted ${each}`, `stepSucceeded ${each}`]),
  ...['stepStarted Setup', 'stepSucceeded Setup', 'restart Setup'],
  ...['Hello', 'Tell'].flatMap(each => [`stepStarted ${each}`, `stepSucceeded ${each}`]),
  'sequenceSucceeded',
]
/** From the latest to the first, as a site lists them. */
export const eventsOf = (messages: readonly StatusMessage[]): string[] =>
  messages.map(({ event, step }) => (step ? `${event} ${step.name}` : event)).reverse()
