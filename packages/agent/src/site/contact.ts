import type { ClientCertificate } from '@bootwright/medium-format'
import { ConnectionError, type Location, openSiteClient, type SiteClient } from '@bootwright/site-protocol'
import { AgentError } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'
import { asAgentError } from './as-agent-error.ts'
import { setClockFrom } from './clock.ts'

export interface ContactOptions {
  /** Management points, in the order in which they are contacted. */
  readonly urls: readonly string[]
  /** Whether referrals to other management points are followed. */
  readonly isDynamic: boolean
  readonly authorities: readonly string[]
  readonly proxy?: string | undefined
  readonly identity: ClientCertificate
}

export interface Contact extends Disposable {
  readonly client: SiteClient
  readonly distributionPoints: Location['distributionPoints']
}

/**
 * Contacts management points in order. A dynamic medium follows the referral to the one that serves the location of the computer. Throws
 * {@link AgentError}: the refusal of the site, or why none was reached.
 */
export async function contactSite(
  computer: Computer,
  { urls, isDynamic, authorities, identity, proxy }: ContactOptions,
): Promise<Contact> {
  const { report, system } = computer
  await system.connect()
  const { ipAddresses } = await system.identity()
  const failures: ConnectionError[] = []

  /** Prints the reason and returns undefined when the management point cannot be reached. */
  const open = async <T>(url: string, use: (client: SiteClient) => Promise<T>): Promise<T | undefined> => {
    report.print('info', 'contactingPoint', { url })
    const client = openSiteClient(url, { authorities, identity, proxy })
    try {
      await setClockFrom(computer, url, { authorities, proxy })
      return await use(client)
    } catch (error) {
      client[Symbol.dispose]()
      if (!(error instanceof ConnectionError)) throw asAgentError(error)
      report.print('warn', 'managementPointFailed', { url, error: error.message })
      failures.push(error)
      return undefined
    }
  }
  const contact = (client: SiteClient, distributionPoints: Location['distributionPoints']): Contact => {
    report.printStatus(`bootwright: management point ${client.url}`)
    return { client, distributionPoints, [Symbol.dispose]: () => client[Symbol.dispose]() }
  }

  for (const url of urls) {
    const found = await open(url, async client => ({
      client,
      location: await client.request('location', { ipAddresses }),
    }))
    if (!found) continue
    const { client, location } = found
    const serving = location.managementPoints.map(each => new URL(each).href)
    if (serving.includes(new URL(url).href)) return contact(client, location.distributionPoints)
    report.print('info', isDynamic ? 'managementPointReferral' : 'referralIgnored', {
      url,
      urls: location.managementPoints,
    })
    if (!isDynamic) return contact(client, location.distributionPoints)
    client[Symbol.dispose]()
    for (const other of location.managementPoints) {
      // The same request shows that it is reachable and knows the medium.
      const next = await open(other, async each => ({
        client: each,
        location: await each.request('location', { ipAddresses }),
      }))
      if (next) return contact(next.client, next.location.distributionPoints)
    }
  }
  const [first] = failures
  if (first && failures.every(({ code }) => code === first.code)) throw asAgentError(first)
  throw new AgentError(
    'SITE_UNREACHABLE',
    `no management point can be used: ${failures.map(({ message }) => message).join('; ')}`,
  )
}
