import type { networkInterfaces } from 'node:os'
import type { Identity } from './system.ts'

/** Addresses of network cards, without those that only reach this computer. */
export function ownAdapters(all: ReturnType<typeof networkInterfaces>): Pick<Identity, 'macAddresses' | 'ipAddresses'> {
  const own = Object.values(all)
    .flatMap(each => each ?? [])
    .filter(({ internal }) => !internal)
  return {
    macAddresses: [...new Set(own.map(({ mac }) => mac.toUpperCase()))],
    ipAddresses: own.map(({ address }) => address),
  }
}
