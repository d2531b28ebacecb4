import * as z from 'zod'

/** A computer as its firmware and its network cards describe it. */
export interface ComputerIdentity {
  /** SMBIOS UUID; empty when the firmware has none. */
  readonly uuid: string
  readonly macAddresses: readonly string[]
  readonly ipAddresses: readonly string[]
  readonly make: string
  readonly model: string
  readonly serialNumber: string
  readonly assetTag: string
  readonly architecture: 'x64' | 'arm64'
}

/** Characters: more than firmware can store. */
const TEXT_LIMIT = 256
/** Addresses. */
const ADDRESSES_LIMIT = 64
const text = z.string().max(TEXT_LIMIT)

export const computerIdentity: z.ZodType<ComputerIdentity> = z.strictObject({
  uuid: text,
  macAddresses: z.array(text).max(ADDRESSES_LIMIT),
  ipAddresses: z.array(text).max(ADDRESSES_LIMIT),
  make: text,
  model: text,
  serialNumber: text,
  assetTag: text,
  architecture: z.enum(['x64', 'arm64']),
})

/** Keys that identify a computer, in order of precedence. All-zero and all-one UUIDs are ignored: some boards share them. */
export function keysOf({ uuid, macAddresses }: Pick<ComputerIdentity, 'uuid' | 'macAddresses'>): readonly string[] {
  const plain = uuid.toLowerCase()
  const isOwn = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/.test(plain) && !/^(0|f)\1*$/.test(plain.replaceAll('-', ''))
  const addresses = macAddresses.map(each => `mac:${each.toLowerCase().replaceAll('-', ':')}`)
  return [...(isOwn ? [`uuid:${plain}`] : []), ...addresses.sort()]
}
