import { existsSync } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { NetworkAdapter } from '@bootwright/medium-format/adapters'
import { AgentError } from '../errors.ts'
import { networkAddresses } from '../network/addresses.ts'
import { matchCards } from '../network/cards.ts'
import type { NetworkSettings } from '../network/settings.ts'
import type { Programs } from '../programs.ts'

/** The boot image's script that applies DHCP leases; an installed system has none. */
export const DHCP_SCRIPT = '/usr/lib/bootwright/dhcp'
/** DHCP requests, and seconds to wait for each. */
const ATTEMPTS = 5
const TIMEOUT = 3
/** Time for DHCP once there is an IPv6 address from a router. Milliseconds. */
const GRACE = 4000
const POLL_INTERVAL = 500

export interface NetworkOptions {
  readonly programs: Pick<Programs, 'run'>
  /** `/sys/class/net`. */
  readonly sys: string
  /** `/etc/resolv.conf`. */
  readonly resolver: string
  readonly script: string
  /** Current addresses of the network cards. */
  readonly addresses: () => readonly string[]
}

export interface LinuxNetwork {
  /** Sets the settings for the next {@link connect}. */
  use(settings: NetworkSettings): void
  /** Throws {@link AgentError} `NETWORK_MISSING`. */
  connect(): Promise<void>
}

/** Configures network cards with static addresses or DHCP. Does nothing in an installed system, which configures its own network. */
export function linuxNetwork(options: NetworkOptions): LinuxNetwork {
  let settings: NetworkSettings = { adapters: [] }
  let isDone = false
  let hasConfigured = false
  return {
    use(next) {
      isDone = isDone && JSON.stringify(next) === JSON.stringify(settings)
      settings = next
    },
    async connect() {
      if (!existsSync(options.script)) return
      // The prestart command may have configured the network itself.
      const isConfiguredByPrestart = !hasConfigured && settings.adapters.length === 0
      if ((isDone || isConfiguredByPrestart) && routable(options.addresses()).length > 0) return
      hasConfigured = true
      await connect(options, settings.adapters)
      isDone = true
    },
  }
}

async function connect(options: NetworkOptions, adapters: readonly NetworkAdapter[]): Promise<void> {
  const { programs, sys, resolver, addresses } = options
  const names = await readdir(sys).catch((): string[] => [])
  const cards = names.filter(name => existsSync(join(sys, name, 'device'))).sort()
  const all = await Promise.all(
    cards.map(async name => ({
      name,
      macAddress: (await readFile(join(sys, name, 'address'), 'utf8').catch(() => '')).trim(),
    })),
  )
  const { cards: matched, unmatched } = matchCards(adapters, all)
  const isFixed = ({ adapter }: (typeof matched)[number]): boolean => adapter.addresses.length > 0
  const fixed = matched.filter(isFixed)
  const dynamic = matched.filter(each => !isFixed(each)).map(({ card }) => card)
  for (const each of fixed) await setAddresses(programs, each.card, each.adapter)
  const servers = fixed.flatMap(({ adapter }) => adapter.dnsServers)
  const domains = fixed.flatMap(({ adapter }) => adapter.dnsDomain ?? [])
  if (fixed.length > 0)
    await writeFile(
      resolver,
      [...domains.map(each => `search ${each}`), ...servers.map(each => `nameserver ${each}`), ''].join('\n'),
    )
  await requestAddresses(options, matched.length === 0 ? cards : dynamic)
  if (routable(addresses()).length > 0) return
  throw new AgentError(
    'NETWORK_MISSING',
    cards.length === 0
      ? 'the boot image has no driver for a network card of this computer; add the driver to the boot image'
      : `no network was reached through ${cards.join(', ')}; check the cable and the DHCP server.${unmatched.length > 0 ? ` No card matches ${unmatched.join(', ')}, which variables configure.` : ''}`,
  )
}

/** Addresses that are not link-local. */
const routable = (addresses: readonly string[]): readonly string[] => addresses.filter(each => !/^fe80:/i.test(each))
export const localAddresses = (): readonly string[] => networkAddresses(networkInterfaces()).ipAddresses

async function setAddresses(
  programs: NetworkOptions['programs'],
  card: string,
  { addresses, gateways }: NetworkAdapter,
): Promise<void> {
  const ip = async (...args: readonly string[]): Promise<void> => {
    const { exitCode, output } = await programs.run('ip', args)
    if (exitCode !== 0)
      throw new AgentError(
        'NETWORK_MISSING',
        `the network card ${card} cannot be configured: ip ${args.join(' ')}: ${output.trim()}`,
      )
  }
  await ip('link', 'set', 'dev', card, 'up')
  await ip('addr', 'flush', 'dev', card)
  for (const address of addresses) await ip('addr', 'add', address, 'dev', card)
  for (const gateway of gateways)
    await ip(...(gateway.includes(':') ? ['-6'] : []), 'route', 'replace', 'default', 'via', gateway, 'dev', card)
}

/** Requests IPv4 addresses by DHCP; the kernel configures IPv6 from router advertisements. */
async function requestAddresses(
  { programs, script, addresses }: NetworkOptions,
  cards: readonly string[],
): Promise<void> {
  if (cards.length === 0) return
  for (const card of cards) await programs.run('ip', ['link', 'set', 'dev', card, 'up'])
  const asking = cards.map(card =>
    programs.run('udhcpc', ['-i', card, '-n', '-t', String(ATTEMPTS), '-T', String(TIMEOUT), '-s', script]),
  )
  const isOver = new AbortController()
  const version6 = async (): Promise<void> => {
    while (!isOver.signal.aborted && !routable(addresses()).some(each => each.includes(':'))) await sleep(POLL_INTERVAL)
    await sleep(GRACE, undefined, { signal: isOver.signal }).catch(() => {})
  }
  await Promise.race([Promise.all(asking), version6()])
  isOver.abort()
}
