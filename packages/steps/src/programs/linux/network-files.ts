import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { NetworkAdapter } from '@bootwright/medium-format/adapters'

const WIRED = 'en* eth*'
const lines = (all: readonly (string | false | undefined)[]): string =>
  `${all.filter(line => typeof line === 'string').join('\n')}\n`

/** systemd.network(5), and the links that have it started. */
export async function writeNetworkd(root: string, adapters: readonly NetworkAdapter[]): Promise<void> {
  for (const [index, adapter] of adapters.entries()) {
    const { name, macAddress, addresses, gateways, dnsServers, dnsDomain } = adapter
    await write(
      join(root, `etc/systemd/network/50-bootwright-${index}.network`),
      lines([
        '[Match]',
        macAddress !== undefined ? `MACAddress=${colons(macAddress)}` : `Name=${name ?? WIRED}`,
        '',
        '[Network]',
        addresses.length === 0 && 'DHCP=yes',
        ...addresses.map(each => `Address=${each}`),
        ...gateways.map(each => `Gateway=${each}`),
        ...dnsServers.map(each => `DNS=${each}`),
        dnsDomain !== undefined && `Domains=${dnsDomain}`,
      ]),
    )
  }
  await enable(root, 'multi-user.target.wants/systemd-networkd.service', 'systemd-networkd.service')
  await enable(root, 'sockets.target.wants/systemd-networkd.socket', 'systemd-networkd.socket')
}

/** nm-settings-keyfile(5). */
export async function writeKeyfiles(root: string, adapters: readonly NetworkAdapter[]): Promise<void> {
  for (const [index, adapter] of adapters.entries()) {
    const { name, macAddress, addresses, gateways, dnsServers, dnsDomain } = adapter
    const family = (version: 4 | 6): readonly (string | false | undefined)[] => {
      const isOurs = (each: string): boolean => each.includes(':') === (version === 6)
      const own = addresses.filter(isOurs)
      const gateway = gateways.find(isOurs)
      const servers = dnsServers.filter(isOurs)
      return [
        `[ipv${version}]`,
        `method=${own.length > 0 ? 'manual' : addresses.length > 0 ? (version === 6 ? 'link-local' : 'disabled') : 'auto'}`,
        ...own.map((each, at) => `address${at + 1}=${each}${at === 0 && gateway !== undefined ? `,${gateway}` : ''}`),
        servers.length > 0 && `dns=${servers.join(';')};`,
        dnsDomain !== undefined && `dns-search=${dnsDomain};`,
        '',
      ]
    }
    await write(
      join(root, `etc/NetworkManager/system-connections/bootwright-${index}.nmconnection`),
      lines([
        '[connection]',
        `id=bootwright-${index}`,
        'type=ethernet',
        name !== undefined && !name.includes('*') && `interface-name=${name}`,
        '',
        name?.includes('*') && '[match]',
        name?.includes('*') && `interface-name=${name};`,
        '[ethernet]',
        macAddress !== undefined && `mac-address=${colons(macAddress)}`,
        '',
        ...family(4),
        ...family(6),
      ]),
      0o600,
    )
  }
}

/** interfaces(5). An adapter without a name is the first one that the kernel names. */
export async function writeInterfaces(root: string, adapters: readonly NetworkAdapter[]): Promise<void> {
  const path = join(root, 'etc/network/interfaces')
  const known = await readFile(path, 'utf8').catch(() => 'auto lo\niface lo inet loopback\n')
  if (!/^source(-directory)? .*interfaces\.d/m.test(known))
    await write(path, `${known.trimEnd()}\n\nsource /etc/network/interfaces.d/*\n`)
  for (const [index, adapter] of adapters.entries()) {
    const { name, macAddress, addresses, gateways, dnsServers, dnsDomain } = adapter
    const pattern = macAddress === undefined ? `/${name ?? 'e[nt]*'}` : `mac/${colons(macAddress)}`
    const isDhcp = addresses.length === 0
    const stanzas = (isDhcp ? ['dhcp'] : addresses).map(each => {
      const family = each.includes(':') ? 'inet6' : 'inet'
      const gateway = gateways.find(one => one.includes(':') === each.includes(':'))
      return lines([
        `iface deployed${index} ${family} ${isDhcp ? 'dhcp' : 'static'}`,
        !isDhcp && `    address ${each}`,
        !isDhcp && gateway !== undefined && `    gateway ${gateway}`,
        dnsServers.length > 0 && `    dns-nameservers ${dnsServers.join(' ')}`,
        dnsDomain !== undefined && `    dns-search ${dnsDomain}`,
      ])
    })
    await write(
      join(root, `etc/network/interfaces.d/bootwright-${index}`),
      `auto ${pattern}=deployed${index}\nallow-hotplug ${pattern}=deployed${index}\n${stanzas.join('')}`,
    )
  }
}

const colons = (address: string): string => address.replaceAll('-', ':').toLowerCase()

async function write(path: string, text: string, mode = 0o644): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, text, { mode })
}

async function enable(root: string, link: string, unit: string): Promise<void> {
  const path = join(root, 'etc/systemd/system', link)
  await mkdir(dirname(path), { recursive: true })
  await symlink(`/lib/systemd/system/${unit}`, path).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
}
