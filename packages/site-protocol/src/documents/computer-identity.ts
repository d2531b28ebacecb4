import * as z from 'zod'

/** A computer as its firmware and its network cards describe it. */
export interface ComputerIdentity {
  /** SMBIOS; empty when firmware has none. */
  readonly uuid: string
  readonly macAddresses: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly make: string
  readonly model: string
  readonly serialNumber: string
  readonly assetTag: string
  readonly architecture: 'x64' | 'arm64'
}

/** Characters: more than firmware has room for. */
const WORD_LIMIT = 256
const ADDRESSES_LIMIT = 64
const word = z.string().max(WORD_LIMIT)

export const computerIdentity: z.ZodType<ComputerIdentity> = z.strictObject({
  uuid: word,
  macAddresses: z.array(word).max(ADDRESSES_LIMIT),
  ipAddresses: z.array(word).max(ADDRESSES_LIMIT),
  make: word,
  model: word,
  serialNumber: word,
  assetTag: word,
  architecture: z.enum(['x64', 'arm64']),
})

/** Under which names a site knows a computer: the first that it knows counts. UUIDs that boards share by mistake are none. */
export function keysOf({ uuid, macAddresses }: Pick<ComputerIdentity, 'uuid' | 'macAddresses'>): readonly string[] {
  const plain = uuid.toLowerCase()
  const isOwn = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(plain) && !/^(0|f)\1*$/.test(plain.replaceAll('-', ''))
  const addresses = macAddresses.map(each => `mac:${each.toLowerCase().replaceAll('-', ':')}`)
  return [...(isOwn ? [`uuid:${plain}`] : []), ...addresses.sort()]
}
