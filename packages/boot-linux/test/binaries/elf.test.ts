import test from 'ava'
import fc from 'fast-check'
import { neededLibraries, readSections } from '../../src/binaries/elf.ts'
import { BootLinuxError } from '../../src/errors.ts'
import { moduleFile, programFile } from '../elf-file.ts'
import { golden } from '../hex.ts'

const MODULE = golden(`
  7f "ELF" 02 01 01 00*9   01 00 3e 00 01 00*3   00*8 00*8   60 00*7
  00*4 40 00 00 00 00 00 40 00 04 00 02 00
  "name=x" 00 00 ".modinfo" 00 ".shstrtab" 00 00*5
  00*64
  01 00*3 01 00*3 02 00*7 00*8   40 00*7 07 00*7   00*8 01 00*7 00*8
  0a 00*3 03 00*3 00*8    00*8   47 00*7 14 00*7   00*8 01 00*7 00*8
  00*4    08 00*3 00*8    00*8   ff*8    ff*8      00*8 00*8    00*8
`)
const PROGRAM = golden(`
  7f "ELF" 02 01 01 00*9   03 00 3e 00 01 00*3   00*8 40 00*7   00*8
  00*4 40 00 38 00 02 00 00 00 00 00 00 00
  01 00*3 05 00*3   00*8    00 00 40 00*5   00*8   08 01 00*6 08 01 00*6   00 10 00*6
  02 00*3 06 00*3   c8 00*7 c8 00 40 00*5   00*8   40 00*7    40 00*7      08 00*7
  00 "libm.so.6" 00 "libc.so" 00*6
  01 00*7 01 00*7   05 00*7 b0 00 40 00*5   01 00*7 0b 00*7   00*16
`)
const codeOf = (read: () => unknown): string => {
  try {
    read()
    return 'READ'
  } catch (error) {
    return error instanceof BootLinuxError ? error.code : String(error)
  }
}
const changed = (file: Buffer, change: (copy: Buffer) => void): Buffer => {
  const copy = Buffer.from(file)
  change(copy)
  return copy
}

test('golden: sections by name, with their content; one that takes no room has none', t => {
  const names = Buffer.from('\0.modinfo\0.shstrtab\0')
  t.deepEqual(
    readSections(MODULE, 'x.ko').map(({ name, type, data }) => [name, type, Buffer.from(data)]),
    [
      ['', 0, Buffer.alloc(0)],
      ['.modinfo', 1, Buffer.from('name=x\0')],
      ['.shstrtab', 3, names],
      ['', 8, Buffer.alloc(0)],
    ],
  )
})

test('golden: the libraries that a program needs, in its order', t => {
  t.deepEqual(neededLibraries(PROGRAM, 'x'), ['libm.so.6', 'libc.so'])
})

test('a file may begin anywhere in the memory it lies in', t => {
  const shifted = (file: Buffer): Uint8Array => Buffer.concat([Buffer.alloc(3, 0xff), file]).subarray(3)
  t.is(readSections(shifted(MODULE), 'x')[1]?.name, '.modinfo')
  t.deepEqual(neededLibraries(shifted(PROGRAM), 'x'), ['libm.so.6', 'libc.so'])
})

test('a program that is linked statically needs nothing, and neither does a file without program headers', t => {
  t.deepEqual(neededLibraries(programFile(), 'x'), [])
  t.deepEqual(neededLibraries(moduleFile('name=x'), 'x'), [])
  t.deepEqual(readSections(programFile(), 'x'), [])
})

test('a file without names for its sections has nameless sections', t => {
  const nameless = changed(MODULE, copy => copy.writeUInt16LE(0, 62))
  t.deepEqual(
    readSections(nameless, 'x').map(({ name }) => name),
    ['', '', '', ''],
  )
})

test('what is no 64-bit little-endian ELF file is named', t => {
  for (const [at, value] of [
    [0, 0x7e],
    [1, 0x65],
    [4, 1],
    [5, 2],
  ] as const) {
    const file = changed(MODULE, copy => copy.writeUInt8(value, at))
    t.like(
      t.throws(() => readSections(file, 'kernel/x.ko')),
      { code: 'ELF_INVALID', subject: 'kernel/x.ko', name: 'BootLinuxError' },
    )
    t.is(
      codeOf(() => neededLibraries(file, 'x')),
      'ELF_INVALID',
    )
  }
})

test('hostile: cut anywhere, a file is refused', t => {
  for (let size = 0; size < MODULE.length; size += 1)
    t.is(
      codeOf(() => readSections(MODULE.subarray(0, size), 'x')),
      'ELF_INVALID',
    )
  for (let size = 0; size < PROGRAM.length; size += 1)
    t.is(
      codeOf(() => neededLibraries(PROGRAM.subarray(0, size), 'x')),
      'ELF_INVALID',
    )
})

test('hostile: offsets and counts that lead outside', t => {
  const sections = (change: (copy: Buffer) => void): string => codeOf(() => readSections(changed(MODULE, change), 'x'))
  const libraries = (change: (copy: Buffer) => void): string =>
    codeOf(() => neededLibraries(changed(PROGRAM, change), 'x'))
  const huge = 0xffff_ffff_ffff_ffffn
  t.is(
    sections(copy => copy.writeBigUInt64LE(huge, 40)),
    'ELF_INVALID',
  )
  t.is(
    sections(copy => copy.writeUInt16LE(0xffff, 60)),
    'ELF_INVALID',
  )
  t.is(
    sections(copy => copy.writeUInt16LE(63, 58)),
    'ELF_INVALID',
  )
  t.is(
    sections(copy => copy.writeBigUInt64LE(huge, 96 + 64 + 24)),
    'ELF_INVALID',
  )
  t.is(
    sections(copy => copy.writeBigUInt64LE(huge, 96 + 64 + 32)),
    'ELF_INVALID',
  )
  t.is(
    sections(copy => copy.writeUInt32LE(0xffff_ffff, 96 + 64)),
    'ELF_INVALID',
  )
  t.is(
    libraries(copy => copy.writeBigUInt64LE(huge, 32)),
    'ELF_INVALID',
  )
  t.is(
    libraries(copy => copy.writeUInt16LE(0xffff, 56)),
    'ELF_INVALID',
  )
  t.is(
    libraries(copy => copy.writeUInt16LE(55, 54)),
    'ELF_INVALID',
  )
  t.is(
    libraries(copy => copy.writeBigUInt64LE(huge, 120 + 8)),
    'ELF_INVALID',
  )
  t.is(
    libraries(copy => copy.writeBigUInt64LE(huge, 120 + 32)),
    'ELF_INVALID',
  )
  t.is(
    libraries(copy => copy.writeBigUInt64LE(huge, 200 + 8)),
    'ELF_INVALID',
  )
  t.is(
    libraries(copy => copy.writeBigUInt64LE(huge, 200 + 24)),
    'ELF_INVALID',
  )
})

test('hostile: libraries without a table of their names are not passed over', t => {
  const file = changed(PROGRAM, copy => copy.writeBigInt64LE(6n, 200 + 16))
  t.is(
    codeOf(() => neededLibraries(file, 'x')),
    'ELF_INVALID',
  )
})

test('hostile: a name without an end is refused, not read to the end of a large file', t => {
  const names = 8 << 20
  const table = names + 64
  const count = 0xfff0
  const file = Buffer.alloc(table + count * 64, 0x41)
  moduleFile().copy(file, 0, 0, 64)
  file.writeBigUInt64LE(BigInt(table), 40)
  file.writeUInt16LE(count, 60)
  file.writeUInt16LE(1, 62)
  file.fill(0, table)
  file.writeBigUInt64LE(64n, table + 64 + 24)
  file.writeBigUInt64LE(BigInt(names), table + 64 + 32)
  t.is(
    codeOf(() => readSections(file, 'x')),
    'ELF_INVALID',
  )
})

test('hostile: whatever bits are turned, the answer is an ELF file or a BootLinuxError', t => {
  const flips = fc.array(fc.tuple(fc.nat(MODULE.length - 1), fc.integer({ min: 1, max: 255 })), {
    minLength: 1,
    maxLength: 6,
  })
  fc.assert(
    fc.property(flips, changes => {
      for (const [file, read] of [
        [MODULE, readSections],
        [PROGRAM, neededLibraries],
      ] as const) {
        const turned = changed(file, copy => {
          for (const [at, mask] of changes) copy[at % copy.length]! ^= mask
        })
        t.true(['READ', 'ELF_INVALID'].includes(codeOf(() => read(turned, 'x'))), JSON.stringify(changes))
      }
    }),
    { numRuns: 2000 },
  )
})
