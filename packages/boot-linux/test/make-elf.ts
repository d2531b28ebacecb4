/** ELF constants, from the System V ABI. */
const PT_LOAD = 1
const PT_DYNAMIC = 2
const DT_NEEDED = 1n
const DT_STRTAB = 5n
const SHT_PROGBITS = 1
const SHT_STRTAB = 3

const HEADER = 64
const PROGRAM_HEADER = 56
const SECTION_HEADER = 64
/** Where the file is loaded, so that addresses are no offsets. */
const BASE = 0x400000

function header(machine: number, programs: number, sections: { at: number; count: number; names: number }): Buffer {
  const elf = Buffer.alloc(HEADER)
  elf.write('\x7fELF\x02\x01\x01', 'latin1')
  elf.writeUInt16LE(machine, 18)
  elf.writeBigUInt64LE(BigInt(HEADER), 32)
  elf.writeBigUInt64LE(BigInt(sections.at), 40)
  elf.writeUInt16LE(PROGRAM_HEADER, 54)
  elf.writeUInt16LE(programs, 56)
  elf.writeUInt16LE(SECTION_HEADER, 58)
  elf.writeUInt16LE(sections.count, 60)
  elf.writeUInt16LE(sections.names, 62)
  return elf
}

function programHeader(type: number, offset: number, size: number): Buffer {
  const entry = Buffer.alloc(PROGRAM_HEADER)
  entry.writeUInt32LE(type, 0)
  entry.writeBigUInt64LE(BigInt(offset), 8)
  entry.writeBigUInt64LE(BigInt(BASE + offset), 16)
  entry.writeBigUInt64LE(BigInt(size), 32)
  return entry
}

/** A program without sections that asks for these libraries, as a stripped one does. */
export function programNeeding(libraries: readonly string[], machine = 62): Buffer {
  const strings = Buffer.from(`\0${libraries.map(name => `${name}\0`).join('')}`)
  const dynamicAt = HEADER + 2 * PROGRAM_HEADER
  const dynamicSize = 16 * (libraries.length + 2)
  const stringsAt = dynamicAt + dynamicSize
  const dynamic = Buffer.alloc(dynamicSize)
  libraries.forEach((name, index) => {
    dynamic.writeBigInt64LE(DT_NEEDED, index * 16)
    dynamic.writeBigUInt64LE(BigInt(strings.indexOf(`\0${name}\0`) + 1), index * 16 + 8)
  })
  dynamic.writeBigInt64LE(DT_STRTAB, libraries.length * 16)
  dynamic.writeBigUInt64LE(BigInt(BASE + stringsAt), libraries.length * 16 + 8)
  const size = stringsAt + strings.length
  return Buffer.concat([
    header(machine, 2, { at: 0, count: 0, names: 0 }),
    programHeader(PT_LOAD, 0, size),
    programHeader(PT_DYNAMIC, dynamicAt, dynamicSize),
    dynamic,
    strings,
  ])
}

/** An object file with sections of these contents, as a kernel module is. */
export function objectWith(sections: Readonly<Record<string, string>>): Buffer {
  const names = ['', ...Object.keys(sections), '.shstrtab']
  const nameTable = Buffer.from(names.map(name => `${name}\0`).join(''))
  const contents = [...Object.values(sections).map(text => Buffer.from(text, 'latin1')), nameTable]
  let at = HEADER
  const headers = [Buffer.alloc(SECTION_HEADER)]
  for (const [index, content] of contents.entries()) {
    const entry = Buffer.alloc(SECTION_HEADER)
    entry.writeUInt32LE(nameTable.indexOf(`\0${names[index + 1]}\0`) + 1, 0)
    entry.writeUInt32LE(content === nameTable ? SHT_STRTAB : SHT_PROGBITS, 4)
    entry.writeBigUInt64LE(BigInt(at), 24)
    entry.writeBigUInt64LE(BigInt(content.length), 32)
    headers.push(entry)
    at += content.length
  }
  const table = { at, count: headers.length, names: headers.length - 1 }
  return Buffer.concat([header(62, 0, table), ...contents, ...headers])
}
