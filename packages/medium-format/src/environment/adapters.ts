/** The configuration of a network adapter. */
export interface NetworkAdapter {
  /** Name of the interface: `eth0`, `en*`. */
  readonly name?: string | undefined
  readonly macAddress?: string | undefined
  /** `192.0.2.10/24`. Empty: by DHCP. */
  readonly addresses: readonly string[]
  readonly gateways: readonly string[]
  readonly dnsServers: readonly string[]
  readonly dnsDomain?: string | undefined
}

/** The adapters in the variables `OSDAdapterN…`; undefined without `OSDAdapterCount`. Throws for an invalid subnet mask. */
export function adaptersFrom(variables: {
  get(name: string): string | undefined
}): readonly NetworkAdapter[] | undefined {
  const count = variables.get('OSDAdapterCount')
  if (count === undefined) return undefined
  return Array.from({ length: Number.parseInt(count, 10) || 0 }, (_, index) => {
    const value = (name: string): string | undefined => variables.get(`OSDAdapter${index}${name}`)
    const list = (name: string): readonly string[] => split(value(name))
    const masks = list('SubnetMask')
    const isByDhcp = (value('EnableDHCP') ?? 'true').toLowerCase() === 'true'
    const addresses = list('IPAddressList').map((address, at) =>
      address.includes('/') ? address : `${address}/${prefixLength(masks[at] ?? masks[0], address)}`,
    )
    return {
      name: value('Name'),
      macAddress: value('MacAddress'),
      addresses: isByDhcp ? [] : addresses,
      gateways: list('Gateways'),
      dnsServers: list('DNSServerList'),
      dnsDomain: value('DNSDomain'),
    }
  })
}

const split = (value: string | undefined): readonly string[] =>
  (value ?? '')
    .split(/[,\s]+/)
    .map(each => each.trim())
    .filter(Boolean)

/** Length of the prefix: 24 for `255.255.255.0`. IPv6 addresses always have 64. Throws for an invalid mask. */
export function prefixLength(mask: string | undefined, address: string): number {
  if (address.includes(':')) return 64
  const bytes = (mask ?? '').split('.').map(Number)
  const bits = bytes.map(byte => byte.toString(2).padStart(8, '0')).join('')
  if (bytes.length !== 4 || !/^1*0*$/.test(bits) || bits.length !== 32)
    throw new Error(`"${mask ?? ''}" is not a subnet mask for ${address}; expected a mask such as 255.255.255.0`)
  return bits.indexOf('0') < 0 ? 32 : bits.indexOf('0')
}
