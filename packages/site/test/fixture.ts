import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createSelfSigned } from '@bootwright/medium/certificates'
import {
  type ComputerIdentity,
  openSiteClient,
  type PublishedSequence,
  type RegisteredMedium,
  type SiteClient,
} from '@bootwright/site-protocol'
import { freePort } from '../../../scripts/free-port.ts'
import { scratch } from '../../../scripts/test-tools.ts'
import { ACCESS_FILE, initSite, type SiteAccess, serveSite } from '../src/index.ts'

export const NOW: Date = new Date('2026-11-28T12:00:00Z')
const DAY = 24 * 60 * 60 * 1000

export interface TestSite extends AsyncDisposable {
  readonly folder: string
  readonly url: string
  readonly access: SiteAccess
  readonly administrator: SiteClient
  /** A client with that certificate, or with none. */
  as(identity?: { readonly certificate: string; readonly key: string }): SiteClient
  medium(options?: Partial<RegisteredMedium> & { readonly from?: Date; readonly to?: Date }): Promise<SiteClient>
  clock: { now: Date }
}

/** A site that is served on this computer alone. */
export async function openTestSite(options: { readonly database?: string } = {}): Promise<TestSite> {
  const folder = join(scratch(), 'site')
  const port = await freePort()
  const url = `https://127.0.0.1:${port}`
  const clock = { now: NOW }
  await initSite({ folder, name: 'P01', url, now: NOW, ...options })
  const served = await serveSite({ folder, listen: { host: '127.0.0.1', port }, now: () => clock.now })
  const access: SiteAccess = JSON.parse(await readFile(join(folder, ACCESS_FILE), 'utf8'))
  const { authorities } = access
  const clients: SiteClient[] = []
  const as: TestSite['as'] = identity => {
    const client = openSiteClient(url, { authorities, identity })
    clients.push(client)
    return client
  }
  const administrator = as(access)
  let count = 0
  return {
    folder,
    url,
    access,
    administrator,
    as,
    clock,
    async medium({ from = new Date(NOW.getTime() - DAY), to = new Date(NOW.getTime() + DAY), ...medium } = {}) {
      count += 1
      const id = `medium-${count}`
      const identity = await createSelfSigned({ label: 'Lab', id, from, to })
      const { certificate } = identity
      const given = { id, name: 'lab', type: 'bootable', label: 'Lab', unknownComputers: true, certificate, ...medium }
      await administrator.ask('register', given)
      return as(identity)
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client[Symbol.dispose]()
      await served[Symbol.asyncDispose]()
    },
  }
}

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
