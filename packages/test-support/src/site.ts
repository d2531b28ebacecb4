import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSelfSigned } from '@bootwright/medium-format/certificates'
import { ACCESS_FILE, initSite, serveSite } from '@bootwright/site'
import {
  type ComputerIdentity,
  openSiteClient,
  type PublishedSequence,
  type RegisteredMedium,
  type SiteAccess,
  type SiteClient,
} from '@bootwright/site-protocol'
import { freePort } from './free-port.ts'
import { scratch } from './tools.ts'

/** In whole seconds, the resolution of certificates. */
export const NOW: Date = new Date(Math.floor(Date.now() / 1000) * 1000)
const DAY = 24 * 60 * 60 * 1000

export type MediumOptions = Partial<RegisteredMedium> & { readonly from?: Date; readonly to?: Date }

export interface TestSite extends AsyncDisposable {
  readonly folder: string
  readonly url: string
  readonly access: SiteAccess
  readonly administrator: SiteClient
  /** A client with the given certificate, or without one. */
  as(identity?: { readonly certificate: string; readonly key: string }, at?: string): SiteClient
  /** Registers a medium and returns a client with its certificate. */
  medium(options?: MediumOptions): Promise<SiteClient>
  /** Registers a medium and returns its certificate and key. */
  identity(options?: MediumOptions): Promise<{ readonly certificate: string; readonly key: string }>
  /** Clock of the site. */
  clock: { now: Date }
  /** Stops every server. */
  stop(): Promise<void>
  /** Serves the site again at the same URL. */
  start(): Promise<void>
  /** Adds a management point to the site and returns its URL. */
  addManagementPoint(): Promise<string>
}

/** Creates a site and serves it on loopback. */
export async function openTestSite(options: { readonly database?: string } = {}): Promise<TestSite> {
  const folder = join(scratch(), 'site')
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const clock = { now: NOW }
  await initSite({ folder, name: 'P01', url, now: NOW, ...options })
  const more = { folder, now: () => clock.now }
  let served = [await serveSite({ ...more, listen: { host: '127.0.0.1', port } })]
  const access: SiteAccess = JSON.parse(await readFile(join(folder, ACCESS_FILE), 'utf8'))
  const { authorities } = access
  const clients: SiteClient[] = []
  const stop = async (): Promise<void> => {
    for (const each of served) await each[Symbol.asyncDispose]()
    served = []
  }
  const as: TestSite['as'] = (identity, at = url) => {
    const client = openSiteClient(at, { authorities, identity })
    clients.push(client)
    return client
  }
  const administrator = as(access)
  let count = 0
  const registerMedium = async ({
    from = new Date(NOW.getTime() - DAY),
    to = new Date(NOW.getTime() + DAY),
    ...medium
  }: MediumOptions) => {
    count += 1
    const id = `medium-${count}`
    const identity = await createSelfSigned({ label: 'Lab', id, from, to })
    const { certificate } = identity
    const registered = {
      id,
      name: 'lab',
      type: 'bootable',
      label: 'Lab',
      unknownComputers: true,
      certificate,
      ...medium,
    }
    await administrator.request('register', registered)
    return { identity }
  }
  return {
    folder,
    url,
    access,
    administrator,
    as,
    clock,
    stop,
    async start() {
      served.push(await serveSite({ ...more, listen: { host: '127.0.0.1', port } }))
    },
    async addManagementPoint() {
      const next = await freePort()
      const nextUrl = `https://127.0.0.1:${next}`
      served.push(await serveSite({ ...more, url: nextUrl, listen: { host: '127.0.0.1', port: next } }))
      return nextUrl
    },
    async identity(medium = {}) {
      const { identity } = await registerMedium(medium)
      return identity
    },
    async medium(medium = {}) {
      return as((await registerMedium(medium)).identity)
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client[Symbol.dispose]()
      await stop()
    },
  }
}

/** Identity of a computer. */
export const computer = (changes: Partial<ComputerIdentity> = {}): ComputerIdentity => ({
  uuid: '6f1c3c1e-8a55-4d0e-9a3a-2f6c7f3f9f01',
  macAddresses: ['52:54:00:12:34:56'],
  ipAddresses: ['192.0.2.10'],
  make: 'QEMU',
  model: 'Standard PC',
  serialNumber: '',
  assetTag: '',
  architecture: 'x64',
  ...changes,
})

/** A task sequence to publish. */
export const published = (changes: Partial<PublishedSequence> = {}): PublishedSequence => ({
  name: 'deploy',
  platform: 'linux',
  architecture: 'x64',
  sequence: { formatVersion: 1, name: 'Deploy' },
  variables: {},
  steps: { sha256: 'a'.repeat(64), size: 3 },
  contents: [],
  ...changes,
})
