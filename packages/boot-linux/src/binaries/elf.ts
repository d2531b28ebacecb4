import { BootLinuxError } from '../errors.ts'

/** A section of an ELF file (System V ABI, "Sections"). */
export interface ElfSection {
  readonly name: string
  /** `SHT_…`. */
  readonly type: number
  readonly data: Uint8Array
}

const HEADER_SIZE = 64
const SECTION_HEADER_SIZE = 64
const CLASS_64 = 2
const LITTLE_ENDIAN = 1
const SHT_NOBITS = 8
const PROGRAM_HEADER_SIZE = 56
const PT_LOAD = 1
const PT_DYNAMIC = 2
const DT_NULL = 0n
const DT_NEEDED = 1n
const DT_STRTAB = 5n
const DYNAMIC_ENTRY_SIZE = 16
/** Longer than any real name. Without a limit, a hostile file could have the same megabytes read for each of its names. */
const NAME_LIMIT = 4096

/** Reads the sections of a 64-bit little-endian ELF file. `name` is for the message of the {@link BootLinuxError} `ELF_INVALID`. */
export function readSections(file: Uint8Array, name: string): readonly ElfSection[] {
  const { view, invalid } = open(file, name)
  const tableOffset = view.getBigUint64(40, true)
  const entrySize = view.getUint16(58, true)
  const count = view.getUint16(60, true)
  const namesIndex = view.getUint16(62, true)
  if (count > 0 && entrySize < SECTION_HEADER_SIZE) throw invalid(`its section headers have ${entrySize} bytes`)
  if (tableOffset + BigInt(count * entrySize) > BigInt(file.length))
    throw invalid('its section headers exceed the file')
  const headers = Array.from({ length: count }, (_, index) => {
    const at = Number(tableOffset) + index * entrySize
    const type = view.getUint32(at + 4, true)
    const from = view.getBigUint64(at + 24, true)
    const size = type === SHT_NOBITS ? 0n : view.getBigUint64(at + 32, true)
    if (size > 0n && from + size > BigInt(file.length)) throw invalid(`its section ${index} exceeds the file`)
    const data = size === 0n ? new Uint8Array(0) : file.subarray(Number(from), Number(from + size))
    return { nameAt: view.getUint32(at, true), type, data }
  })
  const names = headers[namesIndex]?.data ?? new Uint8Array(0)
  const nameAt = (at: number): string => (names.length === 0 ? '' : textAt(names, at, invalid))
  return headers.map(header => ({ name: nameAt(header.nameAt), type: header.type, data: header.data }))
}

/**
 * Names of the shared libraries that an executable or library needs (`DT_NEEDED`), in file order. Uses the program headers, as the loader
 * does: a stripped file may have no sections. Throws {@link BootLinuxError} `ELF_INVALID`.
 */
export function neededLibraries(file: Uint8Array, name: string): readonly string[] {
  const { view, invalid } = open(file, name)
  const table = {
    at: Number(view.getBigUint64(32, true)),
    entry: view.getUint16(54, true),
    count: view.getUint16(56, true),
  }
  if (table.count > 0 && table.entry < PROGRAM_HEADER_SIZE)
    throw invalid(`its program headers have ${table.entry} bytes`)
  if (table.at + table.count * table.entry > file.length) throw invalid('its program headers exceed the file')
  const segments = Array.from({ length: table.count }, (_, index) => {
    const at = table.at + index * table.entry
    const [offset, address, size] = [8, 16, 32].map(field => Number(view.getBigUint64(at + field, true))) as [
      number,
      number,
      number,
    ]
    if (offset + size > file.length) throw invalid(`its segment ${index} exceeds the file`)
    return { type: view.getUint32(at, true), offset, address, size }
  })
  const dynamic = segments.find(({ type }) => type === PT_DYNAMIC)
  if (!dynamic) return []
  const needed: number[] = []
  let names = Number.NaN
  for (let at = dynamic.offset; at + DYNAMIC_ENTRY_SIZE <= dynamic.offset + dynamic.size; at += DYNAMIC_ENTRY_SIZE) {
    const tag = view.getBigInt64(at, true)
    if (tag === DT_NULL) break
    const value = Number(view.getBigUint64(at + 8, true))
    if (tag === DT_NEEDED) needed.push(value)
    if (tag === DT_STRTAB) names = value
  }
  if (needed.length === 0) return []
  const strings = segments.find(
    ({ type, address, size }) => type === PT_LOAD && names >= address && names < address + size,
  )
  if (!strings) throw invalid('the names of its libraries are not in a loaded segment')
  const texts = file.subarray(strings.offset + (names - strings.address), strings.offset + strings.size)
  return needed.map(at => textAt(texts, at, invalid))
}

function open(file: Uint8Array, name: string): { view: DataView; invalid: (what: string) => BootLinuxError } {
  const invalid = (what: string): BootLinuxError =>
    new BootLinuxError('ELF_INVALID', name, `${name} is not a 64-bit little-endian ELF file: ${what}`)
  const isElf = file.length >= HEADER_SIZE && file[0] === 0x7f && latin1(file.subarray(1, 4)) === 'ELF'
  if (!isElf || file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN)
    throw invalid('wrong magic number, class or byte order')
  return { view: new DataView(file.buffer, file.byteOffset, file.byteLength), invalid }
}

function textAt(table: Uint8Array, from: number, invalid: (what: string) => BootLinuxError): string {
  const text = table.subarray(from, from + NAME_LIMIT)
  const end = text.indexOf(0)
  if (end < 0) throw invalid(`the name at offset ${from} does not end within ${NAME_LIMIT} bytes`)
  return latin1(text.subarray(0, end))
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
