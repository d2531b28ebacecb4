import { type Bytes, openReader, type Reader } from '@bootwright/bytes'
import { PeError, type PeStructure } from './error.ts'
import {
  CERTIFICATE,
  CERTIFICATE_DIRECTORY,
  COFF,
  DIRECTORY_SIZE,
  DOS,
  MACHINES,
  OPTIONAL,
  PE32,
  PE32_PLUS,
  SECTION,
} from './fields.ts'

/** Headers end far below this: it bounds what a hostile `e_lfanew` can point to. */
const HEADERS_LIMIT = 1 << 20
/** "The Windows loader limits the number of sections to 96." */
const SECTIONS_LIMIT = 96
/** Signatures are a few kilobytes each. */
const CERTIFICATES_LIMIT = 1 << 20

export interface PeSection {
  readonly name: string
  readonly virtualAddress: number
  readonly virtualSize: number
  /** Bytes of the file. */
  readonly rawOffset: number
  readonly rawSize: number
  readonly flags: number
}

export interface PeImage {
  /** `x64`, `arm64`, `x86`, or the number in hexadecimal. */
  readonly machine: string
  /** 10 is an EFI application. */
  readonly subsystem: number
  readonly sections: readonly PeSection[]
  readonly sectionAlignment: number
  readonly fileAlignment: number
  readonly headersSize: number
  readonly checksum: number
  /** The signatures, DER of PKCS#7 SignedData each, without padding. */
  readonly certificates: readonly Uint8Array[]
  /** Where things are in the file, in bytes. */
  readonly offsets: {
    readonly coff: number
    readonly optional: number
    readonly checksum: number
    /** Of the directory entry of the certificate table. */
    readonly certificateEntry: number
    readonly sectionTable: number
    /** Of the certificate table; the end of the file when there is none. */
    readonly certificateTable: number
  }
}

/** Reads the headers and the certificate table of a program. Throws {@link PeError}, whatever is fed to it. */
export async function readPe(bytes: Bytes): Promise<PeImage> {
  await using reader = openReader(bytes)
  const dos = await part(reader, 0, DOS.size, 'DOS header')
  if (dos.readUInt16LE(0) !== DOS.magic)
    throw new PeError('PE_SIGNATURE', 'DOS header', `it begins with ${dos.toString('hex', 0, 2)}; expected 4d5a`, 0)
  const coff = dos.readUInt32LE(DOS.peOffset)
  if (coff > HEADERS_LIMIT)
    throw new PeError(
      'PE_FIELD',
      'DOS header',
      `the PE header is at ${coff}; expected at most ${HEADERS_LIMIT}`,
      DOS.peOffset,
    )
  const header = await part(reader, coff, COFF.size, 'COFF header')
  if (header.readUInt32LE(0) !== COFF.signature)
    throw new PeError(
      'PE_SIGNATURE',
      'COFF header',
      `it begins with ${header.toString('hex', 0, 4)}; expected 50450000`,
      coff,
    )
  const optional = coff + COFF.size
  const optionalSize = header.readUInt16LE(COFF.optionalSize)
  const fields = await part(reader, optional, optionalSize, 'optional header')
  const magic = optionalSize >= 2 ? fields.readUInt16LE(0) : 0
  const layout = [PE32, PE32_PLUS].find(each => each.magic === magic)
  if (!layout || optionalSize < layout.directories)
    throw new PeError(
      'PE_FIELD',
      'optional header',
      `magic ${magic.toString(16)} in ${optionalSize} bytes; expected 10b or 20b with all fields`,
      optional,
    )
  const directoryCount = fields.readUInt32LE(layout.directoryCount)
  const certificateEntry = layout.directories + CERTIFICATE_DIRECTORY * DIRECTORY_SIZE
  if (directoryCount <= CERTIFICATE_DIRECTORY || optionalSize < certificateEntry + DIRECTORY_SIZE)
    throw new PeError(
      'PE_FIELD',
      'optional header',
      `${directoryCount} data directories; expected one for certificates`,
      optional + layout.directoryCount,
    )
  const sectionTable = optional + optionalSize
  const sections = await sectionsOf(reader, sectionTable, header.readUInt16LE(COFF.sections))
  const table = { offset: fields.readUInt32LE(certificateEntry), size: fields.readUInt32LE(certificateEntry + 4) }
  const machine = header.readUInt16LE(COFF.machine)
  return {
    machine: MACHINES[machine] ?? `0x${machine.toString(16)}`,
    subsystem: fields.readUInt16LE(OPTIONAL.subsystem),
    sections,
    sectionAlignment: fields.readUInt32LE(OPTIONAL.sectionAlignment),
    fileAlignment: fields.readUInt32LE(OPTIONAL.fileAlignment),
    headersSize: headersSizeOf(fields, sectionTable + sections.length * SECTION.size, reader.size, optional),
    checksum: fields.readUInt32LE(OPTIONAL.checksum),
    certificates: await certificatesOf(reader, table),
    offsets: {
      coff,
      optional,
      checksum: optional + OPTIONAL.checksum,
      certificateEntry: optional + certificateEntry,
      sectionTable,
      certificateTable: table.size === 0 ? reader.size : table.offset,
    },
  }
}

function headersSizeOf(fields: Buffer, least: number, most: number, optional: number): number {
  const size = fields.readUInt32LE(OPTIONAL.headersSize)
  if (size >= least && size <= most) return size
  throw new PeError(
    'PE_FIELD',
    'optional header',
    `headers of ${size} bytes; expected ${least} to ${most}`,
    optional + OPTIONAL.headersSize,
  )
}

async function sectionsOf(reader: Reader, at: number, count: number): Promise<readonly PeSection[]> {
  if (count > SECTIONS_LIMIT)
    throw new PeError('PE_FIELD', 'COFF header', `${count} sections; expected at most ${SECTIONS_LIMIT}`)
  const table = await part(reader, at, count * SECTION.size, 'section header')
  return Array.from({ length: count }, (_, index) => {
    const offset = index * SECTION.size
    const field = (position: number): number => table.readUInt32LE(offset + position)
    const name = table.toString('latin1', offset, offset + 8).replace(/\0.*$/s, '')
    const section: PeSection = {
      name,
      virtualSize: field(SECTION.virtualSize),
      virtualAddress: field(SECTION.virtualAddress),
      rawSize: field(SECTION.rawSize),
      rawOffset: field(SECTION.rawOffset),
      flags: field(SECTION.flags),
    }
    if (section.rawSize > 0 && section.rawOffset + section.rawSize > reader.size)
      throw new PeError(
        'PE_TRUNCATED',
        'section header',
        `section ${JSON.stringify(name)} ends at byte ${section.rawOffset + section.rawSize}; the file has ${reader.size}`,
        at + offset,
      )
    return section
  })
}

async function certificatesOf(
  reader: Reader,
  { offset, size }: { readonly offset: number; readonly size: number },
): Promise<readonly Uint8Array[]> {
  if (size === 0) return []
  if (size > CERTIFICATES_LIMIT || offset % CERTIFICATE.alignment !== 0)
    throw new PeError(
      'PE_FIELD',
      'certificate table',
      `${size} bytes; expected at most ${CERTIFICATES_LIMIT}, from a multiple of 8 on`,
      offset,
    )
  const table = await part(reader, offset, size, 'certificate table')
  const found: Uint8Array[] = []
  for (let at = 0; at + CERTIFICATE.headerSize <= size; ) {
    const length = table.readUInt32LE(at)
    if (length < CERTIFICATE.headerSize || at + length > size)
      throw new PeError(
        'PE_FIELD',
        'certificate table',
        `an entry has ${length} bytes; expected ${CERTIFICATE.headerSize} to ${size - at}`,
        offset + at,
      )
    if (table.readUInt16LE(at + 6) === CERTIFICATE.pkcs7)
      found.push(withoutPadding(table.subarray(at + CERTIFICATE.headerSize, at + length)))
    at += Math.ceil(length / CERTIFICATE.alignment) * CERTIFICATE.alignment
  }
  return found
}

/** DER says its own length; what is behind it fills the entry up. */
function withoutPadding(entry: Buffer): Uint8Array {
  const form = entry[1] ?? 0
  const count = form & 0x7f
  if (form < 0x80) return Uint8Array.from(entry.subarray(0, form + 2))
  if (count < 1 || count > 4 || entry.length < 2 + count) return Uint8Array.from(entry)
  return Uint8Array.from(entry.subarray(0, 2 + count + entry.readUIntBE(2, count)))
}

async function part(reader: Reader, offset: number, size: number, structure: PeStructure): Promise<Buffer> {
  if (offset + size > reader.size)
    throw new PeError('PE_TRUNCATED', structure, `it needs ${size} bytes; the file has ${reader.size}`, offset)
  return Buffer.from(await reader.read(offset, size))
}
