import { BootLinuxError } from './errors.ts'

/** A section of an ELF file (System V ABI, "Sections"). */
export interface ElfSection {
  readonly name: string
  /** `SHT_…`. */
  readonly type: number
  readonly data: Uint8Array
}
export interface Elf {
  /** `EM_…`: 62 for x86-64, 183 for AArch64. */
  readonly machine: number
  readonly sections: readonly ElfSection[]
}

const HEADER_SIZE = 64
const SECTION_HEADER_SIZE = 64
const CLASS_64 = 2
const LITTLE_ENDIAN = 1
const SHT_NOBITS = 8
const SHT_DYNAMIC = 6
const DT_NULL = 0n
const DT_NEEDED = 1n
const DYNAMIC_ENTRY_SIZE = 16

/** Reads the sections of a 64-bit little-endian ELF file. `name` is for the message of the {@link BootLinuxError} `ELF_INVALID`. */
export function readElf(file: Uint8Array, name: string): Elf {
  const invalid = (what: string): BootLinuxError =>
    new BootLinuxError('ELF_INVALID', name, `${name} is no 64-bit little-endian ELF file: ${what}`)
  const isElf = file.length >= HEADER_SIZE && file[0] === 0x7f && latin1(file.subarray(1, 4)) === 'ELF'
  if (!isElf || file[4] !== CLASS_64 || file[5] !== LITTLE_ENDIAN) throw invalid('its header does not say so')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const tableOffset = view.getBigUint64(40, true)
  const entrySize = view.getUint16(58, true)
  const count = view.getUint16(60, true)
  const namesIndex = view.getUint16(62, true)
  if (count > 0 && entrySize < SECTION_HEADER_SIZE) throw invalid(`its section headers have ${entrySize} bytes`)
  if (tableOffset + BigInt(count * entrySize) > BigInt(file.length))
    throw invalid('its section headers lie behind its end')
  const headers = Array.from({ length: count }, (_, index) => {
    const at = Number(tableOffset) + index * entrySize
    const type = view.getUint32(at + 4, true)
    const from = view.getBigUint64(at + 24, true)
    const size = type === SHT_NOBITS ? 0n : view.getBigUint64(at + 32, true)
    if (size > 0n && from + size > BigInt(file.length)) throw invalid(`its section ${index} lies behind its end`)
    const data = size === 0n ? new Uint8Array(0) : file.subarray(Number(from), Number(from + size))
    return { nameAt: view.getUint32(at, true), type, data }
  })
  const names = headers[namesIndex]?.data ?? new Uint8Array(0)
  return {
    machine: view.getUint16(18, true),
    sections: headers.map(({ nameAt, type, data }) => ({ name: textAt(names, nameAt), type, data })),
  }
}

/** The shared libraries that an executable or library asks for by name (`DT_NEEDED`), in its order. */
export function neededLibraries(elf: Elf): readonly string[] {
  const dynamic = elf.sections.find(section => section.type === SHT_DYNAMIC)
  const names = elf.sections.find(section => section.name === '.dynstr')
  if (!dynamic || !names) return []
  const view = new DataView(dynamic.data.buffer, dynamic.data.byteOffset, dynamic.data.byteLength)
  const needed: string[] = []
  for (let at = 0; at + DYNAMIC_ENTRY_SIZE <= dynamic.data.length; at += DYNAMIC_ENTRY_SIZE) {
    const tag = view.getBigInt64(at, true)
    if (tag === DT_NULL) break
    if (tag === DT_NEEDED) needed.push(textAt(names.data, Number(view.getBigUint64(at + 8, true))))
  }
  return needed
}

function textAt(table: Uint8Array, from: number): string {
  const end = table.indexOf(0, from)
  return latin1(table.subarray(from, end < 0 ? table.length : end))
}

const latin1 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1')
