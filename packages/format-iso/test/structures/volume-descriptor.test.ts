import test from 'ava'
import { encodeBootRecord, encodeTerminator, encodeVolumeDescriptor } from '../../src/structures/volume-descriptor.ts'
import { golden } from '../hex.ts'

const VOLUME = {
  label: 'MEDIUM',
  publisher: 'Contoso',
  application: 'Bootwright',
  date: new Date('2024-05-06T07:08:09.120Z'),
  volumeBlocks: 0x01020304,
  pathTableSize: 0x0a0b,
  pathTableL: 0x11121314,
  pathTableM: 0x21222324,
  root: { block: 0x31323334, size: 2048 },
}

test('a primary volume descriptor, byte for byte (ECMA-119 8.4)', t => {
  const expected = golden(`
    01 "CD001" 01 00 20*32 "MEDIUM" 20*26 00*8 04 03 02 01 01 02 03 04 00*32
    01 00 00 01  01 00 00 01  00 08 08 00  0b 0a 00 00 00 00 0a 0b  14 13 12 11 00*4  21 22 23 24 00*4
    22 00 34 33 32 31 31 32 33 34 00 08 00 00 00 00 08 00 7c 05 06 07 08 09 00 02 00 00 01 00 00 01 01 00
    20*128 "Contoso" 20*121 20*128 "Bootwright" 20*118 20*111
    "2024050607080912" 00 "2024050607080912" 00 "0000000000000000" 00 "2024050607080912" 00 01 00*1166`)
  t.is(expected.length, 2048)
  t.deepEqual(encodeVolumeDescriptor('primary', VOLUME), expected)
})

test('a Joliet descriptor differs in type, escape sequence and the width of text (Joliet 1.10)', t => {
  const joliet = encodeVolumeDescriptor('joliet', { ...VOLUME, label: 'Köln 💾💾💾💾💾💾' })
  t.deepEqual(joliet.subarray(0, 8), golden('02 "CD001" 01 00'))
  t.deepEqual(
    joliet.subarray(40, 72),
    golden('00 4b 00 f6 00 6c 00 6e 00 20 d8 3d dc be d8 3d dc be d8 3d dc be d8 3d dc be d8 3d dc be 00 20'),
  )
  t.deepEqual(joliet.subarray(88, 120), golden('"%/E" 00*29'))
  t.deepEqual(joliet.subarray(318, 334), golden('00 43 00 6f 00 6e 00 74 00 6f 00 73 00 6f 00 20'))
  t.deepEqual(joliet.subarray(737, 741), golden('20 00 00 20'))
  t.deepEqual(joliet.subarray(156, 190), encodeVolumeDescriptor('primary', VOLUME).subarray(156, 190))
})

test('the boot record says where the catalog is (El Torito 2.0)', t => {
  t.deepEqual(encodeBootRecord(0x14), golden('00 "CD001" 01 "EL TORITO SPECIFICATION" 00*41 14 00 00 00 00*1973'))
})

test('the set terminator', t => {
  t.deepEqual(encodeTerminator(), golden('ff "CD001" 01 00*2041'))
})
