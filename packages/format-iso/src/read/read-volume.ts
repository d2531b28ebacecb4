import type { Reader } from '@bootwright/bytes'
import { broken } from '../errors.ts'
import { BLOCK_SIZE, SYSTEM_AREA_BLOCKS } from '../structures/blocks.ts'
import { decodeRecord, type ReadDirectoryRecord } from '../structures/directory-record.ts'
import { readLongDate } from '../structures/fields.ts'
import {
  BOOT_SYSTEM_IDENTIFIER,
  JOLIET_ESCAPES,
  OFFSET,
  STANDARD_IDENTIFIER,
  TYPE_BOOT_RECORD,
  TYPE_PRIMARY,
  TYPE_SUPPLEMENTARY,
  TYPE_TERMINATOR,
} from '../structures/volume-descriptor.ts'

/** What the volume descriptor set says. */
export interface ReadVolume {
  readonly primary: ReadDescriptor
  readonly joliet: ReadDescriptor | undefined
  readonly catalogBlock: number | undefined
}

export interface ReadDescriptor {
  readonly label: string
  readonly publisher: string
  readonly application: string
  readonly date: Date | undefined
  readonly volumeBlocks: number
  readonly root: ReadDirectoryRecord
}

/** A set has four to six descriptors; one that goes on for ever is no set. */
const DESCRIPTOR_LIMIT = 64
const ROOT_RECORD_SIZE = 34

/** Throws {@link IsoError} `NOT_ISO`, `OUTSIDE`, `UNSUPPORTED` or `DIRECTORY_RECORD`. */
export async function readVolume(reader: Reader): Promise<ReadVolume> {
  let primary: ReadDescriptor | undefined
  let joliet: ReadDescriptor | undefined
  let catalogBlock: number | undefined
  for (let index = 0; index < DESCRIPTOR_LIMIT; index += 1) {
    const offset = (SYSTEM_AREA_BLOCKS + index) * BLOCK_SIZE
    const descriptor = await readDescriptorBlock(reader, offset, index === 0)
    const type = descriptor[OFFSET.type]
    if (type === TYPE_TERMINATOR) {
      if (!primary)
        throw broken('NOT_ISO', 'volume descriptor set', offset, 'it ends without a primary volume descriptor')
      return { primary, joliet, catalogBlock }
    }
    if (type === TYPE_PRIMARY) primary ??= decode(descriptor, offset, asciiText)
    else if (type === TYPE_SUPPLEMENTARY && isJoliet(descriptor)) joliet ??= decode(descriptor, offset, ucs2Text)
    else if (type === TYPE_BOOT_RECORD && isElTorito(descriptor))
      catalogBlock ??= descriptor.readUInt32LE(OFFSET.bootCatalog)
  }
  throw broken(
    'LIMIT',
    'volume descriptor set',
    SYSTEM_AREA_BLOCKS * BLOCK_SIZE,
    `no terminator among ${DESCRIPTOR_LIMIT} descriptors`,
  )
}

async function readDescriptorBlock(reader: Reader, offset: number, isFirst: boolean): Promise<Buffer> {
  if (offset + BLOCK_SIZE > reader.size)
    throw broken(isFirst ? 'NOT_ISO' : 'OUTSIDE', 'volume descriptor', offset, `the image ends at byte ${reader.size}`)
  const descriptor = Buffer.from((await reader.read(offset, BLOCK_SIZE)).buffer)
  const identifier = descriptor.toString('latin1', OFFSET.identifier, OFFSET.version)
  if (identifier !== STANDARD_IDENTIFIER)
    throw broken(
      'NOT_ISO',
      'volume descriptor',
      offset,
      `found the identifier ${JSON.stringify(identifier)}; expected "${STANDARD_IDENTIFIER}"`,
    )
  return descriptor
}

function decode(descriptor: Buffer, offset: number, text: (field: Buffer) => string): ReadDescriptor {
  const field = (from: number, size: number): string => text(descriptor.subarray(from, from + size))
  const blockSize = descriptor.readUInt16LE(OFFSET.blockSize)
  if (blockSize !== BLOCK_SIZE)
    throw broken(
      'UNSUPPORTED',
      'volume descriptor',
      offset,
      `found logical blocks of ${blockSize} bytes; expected ${BLOCK_SIZE}`,
    )
  return {
    label: field(OFFSET.label, 32),
    publisher: field(OFFSET.publisher, 128),
    application: field(OFFSET.application, 128),
    date: readLongDate(descriptor.subarray(OFFSET.modified)) ?? readLongDate(descriptor.subarray(OFFSET.created)),
    volumeBlocks: descriptor.readUInt32LE(OFFSET.volumeBlocks),
    root: decodeRecord(descriptor.subarray(OFFSET.root, OFFSET.root + ROOT_RECORD_SIZE), offset + OFFSET.root),
  }
}

const asciiText = (field: Buffer): string => field.toString('latin1').replace(/[ \0]+$/, '')
const ucs2Text = (field: Buffer): string =>
  Buffer.from(field)
    .swap16()
    .toString('utf16le')
    .replace(/[ \0]+$/, '')

const isJoliet = (descriptor: Buffer): boolean =>
  JOLIET_ESCAPES.includes(descriptor.toString('latin1', OFFSET.escapes, OFFSET.escapes + 3))

const isElTorito = (descriptor: Buffer): boolean =>
  descriptor.toString('latin1', OFFSET.bootSystem, OFFSET.bootSystem + BOOT_SYSTEM_IDENTIFIER.length) ===
  BOOT_SYSTEM_IDENTIFIER
