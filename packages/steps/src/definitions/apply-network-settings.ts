import type { Step } from '@bootwright/api'
import type { NetworkAdapter } from '@bootwright/medium-format/adapters'
import * as z from 'zod'
import { type JoinOptions, joinOptions, withJoinRules } from './join-domain-or-workgroup.ts'

export interface ApplyNetworkSettingsOptions extends JoinOptions {
  readonly adapters: readonly NetworkAdapter[]
}

const address = z.string().min(1)
const adapter: z.ZodType<NetworkAdapter> = z.strictObject({
  name: z.string().min(1).optional().meta({
    description: 'Name of the interface, * allowed; all wired interfaces if neither name nor macAddress is set',
  }),
  macAddress: z
    .string()
    .regex(/^([0-9a-f]{2}[:-]){5}[0-9a-f]{2}$|%/i, 'expected an address such as 52:54:00:12:34:56')
    .optional(),
  addresses: z
    .array(address.regex(/^[0-9a-f.:]+\/\d{1,3}$|%/i, 'expected an address with its prefix length: 192.0.2.10/24'))
    .default([])
    .meta({ description: '192.0.2.10/24; DHCP by default' }),
  gateways: z.array(address).default([]),
  dnsServers: z.array(address).default([]),
  dnsDomain: z.string().min(1).optional(),
})

export const applyNetworkSettings: Step<ApplyNetworkSettingsOptions> = {
  title: 'Apply Network Settings',
  description: 'Configures the network of an applied system; Windows also joins a domain or workgroup during setup.',
  schema: withJoinRules(
    z.strictObject({
      adapters: z.array(adapter).default([{ addresses: [], gateways: [], dnsServers: [] }]),
      ...joinOptions,
    }),
  ),
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: {
      OSDAdapterCount: 'Number of adapters described by OSDAdapter0…, OSDAdapter1…, which override `adapters`',
      OSDAdapter0EnableDHCP: 'true or false',
      OSDAdapter0IPAddressList: 'Addresses, separated by commas',
      OSDAdapter0SubnetMask: 'Subnet masks, separated by commas',
      OSDAdapter0Gateways: 'Separated by commas',
      OSDAdapter0DNSServerList: 'Separated by commas',
      OSDAdapter0DNSDomain: 'Domain of the connection',
      OSDAdapter0MacAddress: 'Selects the adapter by MAC address',
      OSDAdapter0Name: 'Selects the adapter by name',
      OSDDomainName: 'Replaces `domain`',
      OSDDomainOUName: 'Replaces `organizationalUnit`',
      OSDJoinAccount: 'Replaces `account`',
      OSDJoinPassword: 'Replaces `password`',
      OSDWorkgroupName: 'Replaces `workgroup`',
    },
  },
  program: import.meta.resolve('@bootwright/steps/programs/apply-network-settings'),
}
