import test from 'ava'
import { FatError } from '../../src/error.ts'
import { type BootSector, decodeBootSector, encodeBootSector } from '../../src/structures/boot-sector.ts'
import { encodeLabel } from '../../src/structures/label.ts'

const fat32: BootSector = {
  sectorSize: 512,
  sectorsPerCluster: 8,
  reservedSectors: 32,
  tables: 2,
  rootEntries: 0,
  totalSectors: 1_048_576,
  hiddenSectors: 2048,
  tableSectors: 1023,
  isFat32: true,
  rootCluster: 2,
  serial: 0x12345678,
  label: Uint8Array.from(encodeLabel('GOLDEN')),
}
const fat16: BootSector = {
  ...fat32,
  reservedSectors: 1,
  rootEntries: 512,
  tableSectors: 200,
  totalSectors: 65_535,
  isFat32: false,
  rootCluster: 0,
}

test('golden: FAT32', t => {
  const fields = [
    'eb5890', // jump to 5A
    '4d5357494e342e31', // MSWIN4.1
    '0002', // 512 bytes
    '08', // sectors per cluster
    '2000', // reserved
    '02', // tables
    '0000', // root entries
    '0000', // sectors, 16 bits
    'f8', // media
    '0000', // sectors per table, 16 bits
    '2000', // sectors per track
    '4000', // heads
    '00080000', // hidden
    '00001000', // sectors
    'ff030000', // sectors per table
    '0000', // both tables are kept
    '0000', // version
    '02000000', // root
    '0100', // FSInfo
    '0600', // backup
    '00'.repeat(12),
    '80', // drive
    '00',
    '29',
    '78563412', // serial
    '474f4c44454e2020202020', // GOLDEN
    '4641543332202020', // FAT32
    'cd18f4ebfd',
  ]
  const bytes = encodeBootSector(fat32, 32)
  t.is(bytes.toString('hex', 0, 95), fields.join(''))
  t.is(bytes.toString('hex', 510), '55aa')
})

test('golden: FAT16 with its number of sectors in 16 and in 32 bits', t => {
  const short = encodeBootSector(fat16, 16)
  t.is(short.toString('hex', 0, 3), 'eb3c90')
  t.is(short.toString('hex', 17, 24), '0002fffff8c800')
  t.is(short.toString('hex', 32, 62), `00000000${'800029'}78563412${'474f4c44454e2020202020'}${'4641543136202020'}`)
  const long = encodeBootSector({ ...fat16, totalSectors: 65_536 }, 16)
  t.is(long.toString('hex', 19, 21), '0000')
  t.is(long.toString('hex', 32, 36), '00000100')
})

test('what is written is read', t => {
  for (const fields of [fat32, fat16, { ...fat16, totalSectors: 100_000 }])
    t.deepEqual(decodeBootSector(encodeBootSector(fields, fields.isFat32 ? 32 : 16)), fields)
})

test('hostile: values that no volume has', t => {
  const codeOf = (change: (bytes: Buffer) => void): unknown => {
    const bytes = encodeBootSector(fat32, 32)
    change(bytes)
    return t.throws(() => decodeBootSector(bytes), { instanceOf: FatError }).code
  }
  t.is(
    codeOf(bytes => (bytes[510] = 0)),
    'FAT_SIGNATURE',
  )
  t.is(
    codeOf(bytes => bytes.writeUInt16LE(0, 11)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => bytes.writeUInt16LE(768, 11)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => (bytes[13] = 0)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => (bytes[13] = 3)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => bytes.writeUInt16LE(0, 14)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => (bytes[16] = 0)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => (bytes[16] = 255)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => bytes.writeUInt16LE(16, 17)),
    'FAT_FIELD',
  )
  t.is(
    codeOf(bytes => bytes.writeUInt32LE(0, 36)),
    'FAT_FIELD',
  )
})
