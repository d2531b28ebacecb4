import test from 'ava'
import { IsoError } from '../../src/index.ts'
import { decodeRecord, encodeRecord, recordSize } from '../../src/structures/directory-record.ts'
import { golden } from '../hex.ts'

const RECORD = {
  block: 0x0102,
  size: 0x0304,
  flags: 0x80,
  identifier: Buffer.from('A.;1'),
  systemUse: Buffer.from('NM\x05'),
}
// An even identifier is padded, and so is a record of odd length.
const BYTES = golden(
  '2a 00 02 01 00 00 00 00 01 02 04 03 00 00 00 00 03 04 7c 05 06 07 08 09 00 80 00 00 01 00 00 01 04 "A.;1" 00 "NM" 05 00',
)

test('a directory record, byte for byte (ECMA-119 9.1)', t => {
  t.deepEqual(encodeRecord(RECORD, new Date('2024-05-06T07:08:09Z')), BYTES)
  t.is(recordSize(RECORD), 42)
})

test('the same record read', t => {
  const { block, size, flags, identifier, systemUse, length } = decodeRecord(BYTES, 0)
  t.deepEqual({ block, size, flags, length }, { block: 0x0102, size: 0x0304, flags: 0x80, length: 42 })
  t.is(identifier.toString(), 'A.;1')
  t.deepEqual(systemUse, golden('"NM" 05 00'))
})

for (const [what, bytes] of [
  ['is shorter than its fixed fields', golden('10 00*40')],
  ['goes on past its block', BYTES.subarray(0, 40)],
  ['has an identifier longer than itself', golden('22 00*31 02 00*40')],
  ['has no identifier', golden('22 00*60')],
] as const)
  test(`refused: a record that ${what}`, t => {
    t.like(
      t.throws(() => decodeRecord(Buffer.from(bytes), 4096), { instanceOf: IsoError }),
      { code: 'DIRECTORY_RECORD', offset: 4096 },
    )
  })
