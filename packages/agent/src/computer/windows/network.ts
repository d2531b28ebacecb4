import type { networkInterfaces } from 'node:os'
import type { NetworkAdapter } from '@bootwright/medium-format/adapters'
import { AgentError } from '../errors.ts'
import { matchCards } from '../network/cards.ts'
import type { Programs } from '../programs.ts'

/**
 * Configures network cards with static addresses, by netsh. Windows PE itself uses DHCP when it starts. `all` lists cards with an address,
 * including link-local ones (RFC 3927, fe80::/10). Throws {@link AgentError} `NETWORK_MISSING`.
 */
export async function setAdapters(
  programs: Pick<Programs, 'run'>,
  adapters: readonly NetworkAdapter[],
  all: ReturnType<typeof networkInterfaces>,
): Promise<void> {
  const cards = Object.entries(all).flatMap(([name, addresses]) => {
    const [own] = (addresses ?? []).filter(({ internal }) => !internal)
    return own ? [{ name, macAddress: own.mac }] : []
  })
  for (const { card, adapter } of matchCards(adapters, cards).cards)
    for (const args of commands(card, adapter)) {
      const { exitCode, output } = await programs.run('netsh', args)
      if (exitCode !== 0)
        throw new AgentError(
          'NETWORK_MISSING',
          `the network card ${card} cannot be configured: netsh ${args.join(' ')}: ${output.trim()}`,
        )
    }
}

function commands(card: string, { addresses, gateways, dnsServers }: NetworkAdapter): readonly (readonly string[])[] {
  const version = (text: string): 'ipv4' | 'ipv6' => (text.includes(':') ? 'ipv6' : 'ipv4')
  const gateway = gateways.find(each => version(each) === 'ipv4')
  const [first, ...others] = addresses.filter(each => version(each) === 'ipv4')
  return [
    ...(first === undefined
      ? []
      : [
          [...['interface', 'ipv4', 'set', 'address'], `name=${card}`, 'source=static', `address=${first}`].concat(
            gateway === undefined ? [] : [`gateway=${gateway}`],
          ),
        ]),
    ...others.map(each => ['interface', 'ipv4', 'add', 'address', `name=${card}`, `address=${each}`]),
    ...addresses
      .filter(each => version(each) === 'ipv6')
      .map(each => ['interface', 'ipv6', 'add', 'address', `interface=${card}`, `address=${each}`]),
    ...gateways
      .filter(each => version(each) === 'ipv6')
      .map(each => ['interface', 'ipv6', 'add', 'route', '::/0', `interface=${card}`, `nexthop=${each}`]),
    ...dnsServers.map(each => [
      'interface',
      version(each),
      'add',
      'dnsservers',
      `name=${card}`,
      `address=${each}`,
      'validate=no',
    ]),
  ]
}
