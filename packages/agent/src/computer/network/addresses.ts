import type { networkInterfaces } from 'node:os'

/** Addresses of the computer's network cards. */
interface NetworkAddresses {
  /** Upper case. */
  readonly macAddresses: readonly string[]
  readonly ipAddresses: readonly string[]
}

/** The addresses of all network cards, without loopback. */
export function networkAddresses(all: ReturnType<typeof networkInterfaces>): NetworkAddresses {
  const own = Object.values(all)
    .flatMap(each => each ?? [])
    .filter(({ internal }) => !internal)
  return {
    macAddresses: [...new Set(own.map(({ mac }) => mac.toUpperCase()))],
    ipAddresses: own.map(({ address }) => address),
  }
}
