import { readFile } from 'node:fs/promises'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { networkAddresses } from '../network/addresses.ts'
import type { Identity } from '../system.ts'

const ROUTES = '/proc/net/route'

/** Default gateways in the kernel's IPv4 routing table; addresses there are hexadecimal, low byte first. */
export const defaultGateways = (table: string): readonly string[] =>
  table.split('\n').flatMap(line => {
    const [, destination, gateway] = line.split('\t')
    if (destination !== '00000000' || gateway === undefined || gateway === '00000000') return []
    return [[...Buffer.from(gateway, 'hex').reverse()].join('.')]
  })

/** SMBIOS values and network addresses. `dmi` is `/sys/class/dmi/id`; `memory` is in bytes. */
export async function readIdentity(dmi: string, memory: number): Promise<Identity> {
  const value = async (name: string): Promise<string> =>
    (await readFile(join(dmi, name), 'utf8').catch(() => '')).trim()
  return {
    make: await value('sys_vendor'),
    model: await value('product_name'),
    serialNumber: await value('product_serial'),
    assetTag: await value('chassis_asset_tag'),
    uuid: (await value('product_uuid')).toUpperCase(),
    memory: Math.floor(memory / 2 ** 20),
    architecture: process.arch === 'arm64' ? 'arm64' : 'x64',
    ...networkAddresses(networkInterfaces()),
    defaultGateways: defaultGateways(await readFile(ROUTES, 'utf8').catch(() => '')),
  }
}
