import { broken } from '../errors.ts'
import { BLOCK_SIZE } from './blocks.ts'
import { shortDate, writeBoth16, writeBoth32 } from './fields.ts'

/** ECMA-119 9.1. */
export interface DirectoryRecord {
  readonly block: number
  /** Bytes. */
  readonly size: number
  readonly flags: number
  readonly identifier: Uint8Array
  readonly systemUse: Uint8Array
}

/** What only a record that was read can have. */
export interface ReadDirectoryRecord extends DirectoryRecord {
  readonly length: number
  readonly attributeBlocks: number
  readonly isInterleaved: boolean
}

export const FLAG_DIRECTORY = 0x02
export const FLAG_ASSOCIATED = 0x04
/** Another record for the same file follows. */
export const FLAG_MULTI_EXTENT = 0x80

const FIXED_SIZE = 33
/** The length is one byte, and even: the next record starts at an even offset. */
const LENGTH_LIMIT = 254
/** The largest section of a file that ends at the end of a block, so that the next can follow it. */
export const SECTION_LIMIT: number = 2 ** 32 - BLOCK_SIZE

const OFFSET = {
  length: 0,
  attributeBlocks: 1,
  block: 2,
  size: 10,
  date: 18,
  flags: 25,
  unitSize: 26,
  gapSize: 27,
  volumeNumber: 28,
  identifierLength: 32,
  identifier: FIXED_SIZE,
} as const

const systemUseOffset = (identifierLength: number): number => (FIXED_SIZE + identifierLength + 1) & ~1

/** Bytes that are left in a record for its system use field. */
export const systemUseRoom = (identifierLength: number): number => LENGTH_LIMIT - systemUseOffset(identifierLength)

export const recordSize = (record: Pick<DirectoryRecord, 'identifier' | 'systemUse'>): number =>
  (systemUseOffset(record.identifier.length) + record.systemUse.length + 1) & ~1

export function encodeRecord(record: DirectoryRecord, date: Date): Buffer {
  const into = Buffer.alloc(recordSize(record))
  into[OFFSET.length] = into.length
  writeBoth32(into, OFFSET.block, record.block)
  writeBoth32(into, OFFSET.size, record.size)
  into.set(shortDate(date), OFFSET.date)
  into[OFFSET.flags] = record.flags
  writeBoth16(into, OFFSET.volumeNumber, 1)
  into[OFFSET.identifierLength] = record.identifier.length
  into.set(record.identifier, OFFSET.identifier)
  into.set(record.systemUse, systemUseOffset(record.identifier.length))
  return into
}

/** The record at the start of `bytes`, which end with its block; `offset` is where they are in the image. */
export function decodeRecord(bytes: Buffer, offset: number): ReadDirectoryRecord {
  const length = bytes[OFFSET.length]!
  const identifierLength = length > FIXED_SIZE && length <= bytes.length ? bytes[OFFSET.identifierLength]! : 0
  if (identifierLength === 0 || FIXED_SIZE + identifierLength > length)
    throw broken(
      'DIRECTORY_RECORD',
      'directory record',
      offset,
      `found a length of ${length} bytes, ${bytes.length} left in the block and ${identifierLength} for the identifier; expected at least 34 that fit`,
    )
  return {
    length,
    attributeBlocks: bytes[OFFSET.attributeBlocks]!,
    block: bytes.readUInt32LE(OFFSET.block),
    size: bytes.readUInt32LE(OFFSET.size),
    flags: bytes[OFFSET.flags]!,
    isInterleaved: bytes[OFFSET.unitSize] !== 0 || bytes[OFFSET.gapSize] !== 0,
    identifier: bytes.subarray(FIXED_SIZE, FIXED_SIZE + identifierLength),
    systemUse: bytes.subarray(Math.min(length, systemUseOffset(identifierLength)), length),
  }
}
