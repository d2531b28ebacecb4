import test from 'ava'
import { decodeBootCatalog, encodeBootCatalog } from '../../src/boot/boot-catalog.ts'
import { IsoError } from '../../src/index.ts'
import { golden } from '../hex.ts'

const ENTRIES = [
  { platform: 'bios', sectors: 4, block: 0x21 },
  { platform: 'uefi', sectors: 2880, block: 0x10000 },
  { platform: 'uefi', sectors: 0, block: 0x20000 },
] as const

const BYTES = golden(`
  01 00 00 00 00*24 aa 55 55 aa
  88 00 00 00 00 00 04 00 21 00 00 00 00*20
  90 ef 01 00 00*28
  88 00 00 00 00 00 40 0b 00 00 01 00 00*20
  91 ef 01 00 00*28
  88 00 00 00 00 00 00 00 00 00 02 00 00*20
  00*1856`)

test('a boot catalog, byte for byte (El Torito 2.0)', t => {
  t.deepEqual(encodeBootCatalog(ENTRIES), BYTES)
})

test('the same catalog read', t => {
  t.deepEqual(
    decodeBootCatalog(BYTES, 0),
    ENTRIES.map(entry => ({ ...entry, isBootable: true, isEmulated: false })),
  )
})

test('a catalog for UEFI alone says so in its validation entry', t => {
  const catalog = encodeBootCatalog([ENTRIES[1]])
  t.deepEqual(catalog.subarray(0, 32), golden('01 ef 00 00 00*24 aa 66 55 aa'))
  t.is(decodeBootCatalog(catalog, 0)[0]!.platform, 'uefi')
})

for (const [what, patch] of [
  ['whose key is wrong', { 30: 0 }],
  ['whose words do not add up to 0', { 4: 1 }],
  ['whose section has more entries than the catalog', { 66: 0xff, 67: 0xff }],
] as const)
  test(`refused: a catalog ${what}`, t => {
    const catalog = Buffer.from(BYTES)
    for (const [position, byte] of Object.entries(patch)) catalog[Number(position)] = byte
    t.like(
      t.throws(() => decodeBootCatalog(catalog, 0), { instanceOf: IsoError }),
      { code: 'BOOT_CATALOG' },
    )
  })
