import { IsoError } from '../errors.ts'

/** ECMA-167 3/7.2.1 and 4/7.2.1. */
export const TAG = {
  primary: 1,
  anchor: 2,
  volumeDescriptorPointer: 3,
  implementationUse: 4,
  partition: 5,
  logicalVolume: 6,
  unallocatedSpace: 7,
  terminating: 8,
  integrity: 9,
  fileSet: 256,
  fileIdentifier: 257,
  allocationExtent: 258,
  fileEntry: 261,
  extendedFileEntry: 266,
} as const
export const TAG_SIZE = 16
/** Of ECMA-167, 2nd edition, as UDF 1.02 has it. */
const VERSION = 2
const FIELD = { identifier: 0, version: 2, checksum: 4, serial: 6, crc: 8, crcLength: 10, location: 12 } as const

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1
  return crc
})
/** ECMA-167 1/7.2.6: x^16 + x^12 + x^5 + 1, from 0. */
export function crc16(bytes: Uint8Array): number {
  let crc = 0
  for (const byte of bytes) crc = ((crc << 8) ^ CRC_TABLE[(crc >> 8) ^ byte]!) & 0xffff
  return crc
}

function checksumOf(tag: Uint8Array): number {
  let sum = 0
  for (let at = 0; at < TAG_SIZE; at++) if (at !== FIELD.checksum) sum += tag[at]!
  return sum & 0xff
}

/** Writes the tag before a descriptor, whose first `length` bytes it covers, at a block of the volume or of the partition. */
export function writeTag(
  descriptor: Buffer,
  identifier: number,
  location: number,
  length: number = descriptor.length,
): void {
  descriptor.writeUInt16LE(identifier, FIELD.identifier)
  descriptor.writeUInt16LE(VERSION, FIELD.version)
  descriptor.writeUInt16LE(0, FIELD.serial)
  descriptor.writeUInt16LE(crc16(descriptor.subarray(TAG_SIZE, length)), FIELD.crc)
  descriptor.writeUInt16LE(length - TAG_SIZE, FIELD.crcLength)
  descriptor.writeUInt32LE(location, FIELD.location)
  descriptor[FIELD.checksum] = checksumOf(descriptor.subarray(0, TAG_SIZE))
}

/** What a descriptor says it is; nothing when it has no tag that is whole. */
export function tagOf(descriptor: Buffer): number | undefined {
  if (descriptor.length < TAG_SIZE || descriptor[FIELD.checksum] !== checksumOf(descriptor.subarray(0, TAG_SIZE)))
    return undefined
  const length = descriptor.readUInt16LE(FIELD.crcLength)
  if (TAG_SIZE + length > descriptor.length) return undefined
  const isWhole = descriptor.readUInt16LE(FIELD.crc) === crc16(descriptor.subarray(TAG_SIZE, TAG_SIZE + length))
  return isWhole ? descriptor.readUInt16LE(FIELD.identifier) : undefined
}

/** Throws {@link IsoError} `UDF_DESCRIPTOR` unless the descriptor is of one of these kinds. */
export function expectTag(descriptor: Buffer, offset: number, structure: string, ...expected: number[]): number {
  const found = tagOf(descriptor)
  if (found !== undefined && expected.includes(found)) return found
  throw new IsoError(
    'UDF_DESCRIPTOR',
    `${structure} at byte ${offset}: found ${found === undefined ? 'no whole tag' : `tag ${found}`}; expected ${expected.join(' or ')}`,
    { structure, offset },
  )
}
