import type { NetworkAdapter } from '@bootwright/medium-format/adapters'
import type { AnswerFile, SettingGroup } from './answer-file.ts'

export interface Join {
  readonly domain: string | undefined
  readonly unit: string | undefined
  readonly account: string | undefined
  readonly password: string | undefined
  readonly workgroup: string | undefined
}

/** Network, and domain or workgroup, as Windows is set up with them (Microsoft-Windows-TCPIP, -DNS-Client, -UnattendedJoin). */
export function writeAnswers(answers: AnswerFile, adapters: readonly NetworkAdapter[], join: Join): void {
  const fixed = adapters.filter(isFixed)
  answers.set('specialize', 'Microsoft-Windows-TCPIP', {
    Interfaces: { each: 'Interface', items: fixed.map(addresses) },
  })
  const named = adapters.filter(each => each.dnsServers.length > 0 || each.dnsDomain !== undefined)
  answers.set('specialize', 'Microsoft-Windows-DNS-Client', {
    Interfaces: { each: 'Interface', items: named.map(nameServers) },
  })
  const [, realm, user] = /^(?:(.*)\\)?(.*)$/.exec(join.account ?? '')!
  answers.set('specialize', 'Microsoft-Windows-UnattendedJoin', {
    Identification: {
      JoinDomain: join.domain,
      MachineObjectOU: join.unit,
      JoinWorkgroup: join.workgroup,
      Credentials:
        join.domain === undefined || join.account === undefined
          ? undefined
          : { Domain: realm ?? join.domain, Username: user, Password: join.password },
    },
  })
}

/** What has no address of its own asks for one, which Windows does when nothing is said. */
const isFixed = ({ addresses }: NetworkAdapter): boolean => addresses.length > 0

/** By the address of the card, as Windows writes it, or by the name of the connection. */
function identifier({ macAddress, name }: NetworkAdapter): string {
  return macAddress?.replaceAll(':', '-').toUpperCase() ?? (name && !name.includes('*') ? name : 'Ethernet')
}

function addresses(adapter: NetworkAdapter): SettingGroup {
  const has = (family: 4 | 6): boolean => adapter.addresses.some(each => each.includes(':') === (family === 6))
  return {
    Identifier: identifier(adapter),
    Ipv4Settings: has(4) ? { DhcpEnabled: 'false' } : undefined,
    Ipv6Settings: has(6) ? { DhcpEnabled: 'false' } : undefined,
    UnicastIpAddresses: { each: 'IpAddress', isKeyed: true, items: adapter.addresses },
    Routes: {
      each: 'Route',
      items: adapter.gateways.map((gateway, index) => ({
        Identifier: String(index),
        NextHopAddress: gateway,
        Prefix: gateway.includes(':') ? '::/0' : '0.0.0.0/0',
      })),
    },
  }
}

const nameServers = (adapter: NetworkAdapter): SettingGroup => ({
  Identifier: identifier(adapter),
  DNSDomain: adapter.dnsDomain,
  DNSServerSearchOrder: { each: 'IpAddress', isKeyed: true, items: adapter.dnsServers },
})
