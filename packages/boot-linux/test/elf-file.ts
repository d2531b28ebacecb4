/** Fields as in the System V ABI; 64-bit, little-endian. */
const HEADER_SIZE = 64
const PROGRAM_HEADER_SIZE = 56
const SECTION_HEADER_SIZE = 64
const SHT_PROGBITS = 1
const SHT_STRTAB = 3
const PT_LOAD = 1
const PT_DYNAMIC = 2
const DT_NEEDED = 1n
const DT_STRTAB = 5n
/** Where the first loaded segment of a program lies in memory. */
const ADDRESS = 0x400000

/** A kernel module that says this of itself: `depends=libata,scsi_mod`. */
export function moduleFile(...modinfo: readonly string[]): Buffer {
  const names = Buffer.from('\0.modinfo\0.shstrtab\0')
  const info = Buffer.from(modinfo.map(text => `${text}\0`).join(''))
  const table = alignUp(HEADER_SIZE + info.length + names.length)
  const file = Buffer.alloc(table + 3 * SECTION_HEADER_SIZE)
  writeHeader(file, { type: 1, sections: { at: table, count: 3, names: 2 } })
  info.copy(file, HEADER_SIZE)
  names.copy(file, HEADER_SIZE + info.length)
  const section = (index: number, nameAt: number, type: number, from: number, size: number): void => {
    const at = table + index * SECTION_HEADER_SIZE
    file.writeUInt32LE(nameAt, at)
    file.writeUInt32LE(type, at + 4)
    file.writeBigUInt64LE(BigInt(from), at + 24)
    file.writeBigUInt64LE(BigInt(size), at + 32)
  }
  section(1, names.indexOf('.modinfo'), SHT_PROGBITS, HEADER_SIZE, info.length)
  section(2, names.indexOf('.shstrtab'), SHT_STRTAB, HEADER_SIZE + info.length, names.length)
  return file
}

/** A program or library without sections that needs these libraries. */
export function programFile(...needed: readonly string[]): Buffer {
  const strings = Buffer.from(`\0${needed.map(name => `${name}\0`).join('')}`)
  const stringsAt = HEADER_SIZE + 2 * PROGRAM_HEADER_SIZE
  const dynamicAt = alignUp(stringsAt + strings.length)
  const entries: [bigint, bigint][] = [
    ...needed.map((name): [bigint, bigint] => [DT_NEEDED, BigInt(strings.indexOf(`\0${name}\0`) + 1)]),
    [DT_STRTAB, BigInt(ADDRESS + stringsAt)],
    [0n, 0n],
  ]
  const file = Buffer.alloc(dynamicAt + entries.length * 16)
  writeHeader(file, { type: 3, segments: { at: HEADER_SIZE, count: 2 } })
  strings.copy(file, stringsAt)
  entries.forEach(([tag, value], index) => {
    file.writeBigInt64LE(tag, dynamicAt + index * 16)
    file.writeBigUInt64LE(value, dynamicAt + index * 16 + 8)
  })
  const segment = (index: number, type: number, from: number, size: number): void => {
    const at = HEADER_SIZE + index * PROGRAM_HEADER_SIZE
    file.writeUInt32LE(type, at)
    file.writeBigUInt64LE(BigInt(from), at + 8)
    file.writeBigUInt64LE(BigInt(ADDRESS + from), at + 16)
    file.writeBigUInt64LE(BigInt(size), at + 32)
  }
  segment(0, PT_LOAD, 0, file.length)
  segment(1, PT_DYNAMIC, dynamicAt, entries.length * 16)
  return file
}

interface Tables {
  readonly type: number
  readonly sections?: { readonly at: number; readonly count: number; readonly names: number }
  readonly segments?: { readonly at: number; readonly count: number }
}

function writeHeader(file: Buffer, { type, sections, segments }: Tables): void {
  file.write('\x7fELF\x02\x01\x01', 'latin1')
  file.writeUInt16LE(type, 16)
  file.writeUInt16LE(62, 18)
  file.writeUInt32LE(1, 20)
  file.writeBigUInt64LE(BigInt(segments?.at ?? 0), 32)
  file.writeBigUInt64LE(BigInt(sections?.at ?? 0), 40)
  file.writeUInt16LE(HEADER_SIZE, 52)
  file.writeUInt16LE(segments ? PROGRAM_HEADER_SIZE : 0, 54)
  file.writeUInt16LE(segments?.count ?? 0, 56)
  file.writeUInt16LE(sections ? SECTION_HEADER_SIZE : 0, 58)
  file.writeUInt16LE(sections?.count ?? 0, 60)
  file.writeUInt16LE(sections?.names ?? 0, 62)
}

const alignUp = (size: number): number => Math.ceil(size / 8) * 8
