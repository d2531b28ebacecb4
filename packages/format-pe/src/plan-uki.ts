import { type Bytes, concat, fromMemory, padTo, padToMultiple, read, slice } from '@bootwright/bytes'
import { PeError } from './error.ts'
import { COFF, OPTIONAL, READ_ONLY_DATA, SECTION } from './fields.ts'
import { readPe } from './read-pe.ts'

export interface UkiParts {
  /** systemd's `linuxx64.efi.stub`, or that of another architecture. */
  readonly stub: Bytes
  /** The kernel, an EFI program itself. */
  readonly linux: Bytes
  readonly initrd: Bytes
  readonly cmdline: string
  /** Text of os-release: boot menus show its names. */
  readonly osrel: string
}

const PAGE_SIZE = 4096
const UINT32_MAX = 0xffffffff

/**
 * A unified kernel image (UAPI.5): kernel, initial RAM file system and command line as sections of one program, so that one signature
 * covers them. Reads the headers of the stub only. Throws {@link PeError}.
 */
export async function planUki({ stub, linux, initrd, cmdline, osrel }: UkiParts): Promise<Bytes> {
  const image = await readPe(stub)
  const { fileAlignment, headersSize, offsets } = image
  // Some firmware sets the rights of whole pages.
  const sectionAlignment = Math.max(image.sectionAlignment, PAGE_SIZE)
  const text = (content: string): Bytes => fromMemory(content)
  // The kernel last: it may be unpacked in place, over what is behind it.
  const contents: readonly (readonly [string, Bytes])[] = [
    ['.osrel', text(osrel)],
    ['.cmdline', text(cmdline)],
    ['.initrd', initrd],
    ['.linux', linux],
  ]
  const tableEnd = offsets.sectionTable + (image.sections.length + contents.length) * SECTION.size
  const firstRaw = Math.min(...image.sections.filter(({ rawSize }) => rawSize > 0).map(({ rawOffset }) => rawOffset))
  if (tableEnd > Math.min(headersSize, firstRaw) || !(fileAlignment > 0))
    throw new PeError(
      'PE_NO_ROOM',
      'section header',
      `the stub has room for headers up to byte ${Math.min(headersSize, firstRaw)}; expected ${tableEnd}`,
      offsets.sectionTable,
    )
  const up = (value: number, multiple: number): number => Math.ceil(value / multiple) * multiple
  let address = up(Math.max(...image.sections.map(each => each.virtualAddress + each.virtualSize)), sectionAlignment)
  let raw = up(Math.max(...image.sections.map(each => each.rawOffset + each.rawSize)), fileAlignment)
  const parts: Bytes[] = [padTo(slice(stub, 0, Math.min(raw, offsets.certificateTable)), raw)]
  const headers = Buffer.from(await read(stub, 0, headersSize))
  let added = 0
  for (const [index, [name, content]] of contents.entries()) {
    const at = offsets.sectionTable + (image.sections.length + index) * SECTION.size
    const padded = padToMultiple(content, fileAlignment)
    headers.write(name, at, 'latin1')
    headers.writeUInt32LE(content.size, at + SECTION.virtualSize)
    headers.writeUInt32LE(checked(address), at + SECTION.virtualAddress)
    headers.writeUInt32LE(padded.size, at + SECTION.rawSize)
    headers.writeUInt32LE(checked(raw + padded.size) - padded.size, at + SECTION.rawOffset)
    headers.writeUInt32LE(READ_ONLY_DATA, at + SECTION.flags)
    address = up(address + content.size, sectionAlignment)
    raw += padded.size
    added += padded.size
    parts.push(padded)
  }
  const { coff, optional } = offsets
  headers.writeUInt16LE(image.sections.length + contents.length, coff + COFF.sections)
  // Symbols would have stood behind the sections.
  headers.writeUInt32LE(0, coff + COFF.symbols)
  headers.writeUInt32LE(0, coff + COFF.symbolCount)
  const initialized = headers.readUInt32LE(optional + OPTIONAL.initializedData)
  headers.writeUInt32LE(checked(initialized + added), optional + OPTIONAL.initializedData)
  headers.writeUInt32LE(checked(address), optional + OPTIONAL.imageSize)
  const [first, ...others] = parts
  return concat([fromMemory(headers), slice(first!, headersSize), ...others])
}

function checked(value: number): number {
  if (value <= UINT32_MAX) return value
  throw new PeError('PE_NO_ROOM', 'section header', `the program ends at byte ${value}; expected less than 4 GiB`)
}
