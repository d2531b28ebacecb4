import test from 'ava'
import fc from 'fast-check'
import { DiskError } from '../src/error.ts'
import { decodeMbr, encodeMbr, type MbrPartition, protectivePartition } from '../src/mbr.ts'
import { MBR_TYPE } from '../src/partition-types.ts'
import { GOLDEN_PROTECTIVE_ENTRY } from './golden.ts'

const hex = (bytes: Uint8Array, from: number, to: number): string =>
  Buffer.from(bytes.subarray(from, to)).toString('hex')

test('a protective entry is what sgdisk writes', t => {
  const sector = encodeMbr({ partitions: [protectivePartition(2048)] })
  t.is(hex(sector, 446, 462), GOLDEN_PROTECTIVE_ENTRY)
  t.is(hex(sector, 462, 512), `${'00'.repeat(48)}55aa`)
})

test('a protective entry stops at 32 bits and says so', t => {
  const sector = encodeMbr({ partitions: [protectivePartition(0x2_0000_0000)] })
  t.is(hex(sector, 446, 462), '00000200eeffffff01000000ffffffff')
})

test('an active dummy entry of type 0 is written and read', t => {
  const dummy = { type: MBR_TYPE.empty, isActive: true, firstSector: 0, sectors: 1 }
  const sector = encodeMbr({ partitions: [protectivePartition(4096), dummy] })
  t.is(hex(sector, 462, 478), '80000000000000000000000001000000')
  t.deepEqual(decodeMbr(sector).partitions[1], { ...dummy, slot: 1 })
})

test('code, disk signature and addresses beyond 8 GB stand where they belong', t => {
  const sector = encodeMbr({
    code: Uint8Array.of(0xeb, 0xfe),
    diskSignature: 0xdeadbeef,
    partitions: [{ type: MBR_TYPE.fat32, isActive: true, firstSector: 0x01000000, sectors: 0x02000000 }],
  })
  t.is(hex(sector, 0, 3), 'ebfe00')
  t.is(hex(sector, 440, 446), 'efbeadde0000')
  t.is(hex(sector, 446, 462), '80feffff0cfeffff0000000100000002')
})

test('what goes in comes out again', t => {
  const partition: fc.Arbitrary<Required<MbrPartition>> = fc.record({
    type: fc.integer({ min: 1, max: 255 }),
    isActive: fc.boolean(),
    firstSector: fc.integer({ min: 0, max: 0xffffffff }),
    sectors: fc.integer({ min: 0, max: 0xffffffff }),
  })
  const plan = fc.record({
    code: fc.uint8Array({ minLength: 440, maxLength: 440 }),
    diskSignature: fc.integer({ min: 0, max: 0xffffffff }),
    partitions: fc.array(partition, { maxLength: 4 }),
  })
  fc.assert(
    fc.property(plan, ({ code, diskSignature, partitions }) => {
      t.deepEqual(decodeMbr(encodeMbr({ code, diskSignature, partitions })), {
        code,
        diskSignature,
        partitions: partitions.map((each, slot) => ({ ...each, slot })),
      })
    }),
  )
})

test('what does not fit is refused', t => {
  const partition = { type: 7, firstSector: 1, sectors: 1 }
  const codeOf = (action: () => unknown): unknown => t.throws(action, { instanceOf: DiskError }).code
  t.is(
    codeOf(() => encodeMbr({ code: new Uint8Array(441), partitions: [] })),
    'DISK_FIELD',
  )
  t.is(
    codeOf(() => encodeMbr({ partitions: Array.from({ length: 5 }, () => partition) })),
    'DISK_TOO_MANY',
  )
  t.is(
    codeOf(() => encodeMbr({ partitions: [{ ...partition, sectors: 2 ** 32 }] })),
    'DISK_FIELD',
  )
  t.is(
    codeOf(() => encodeMbr({ partitions: [{ ...partition, type: 256 }] })),
    'DISK_FIELD',
  )
})

test('what is no MBR is refused', t => {
  t.is(t.throws(() => decodeMbr(new Uint8Array(511)), { instanceOf: DiskError }).code, 'DISK_TRUNCATED')
  t.is(t.throws(() => decodeMbr(new Uint8Array(512)), { instanceOf: DiskError }).code, 'DISK_SIGNATURE')
  const sector = encodeMbr({ partitions: [] })
  sector[446 + 16] = 0x13
  const error = t.throws(() => decodeMbr(sector), { instanceOf: DiskError })
  t.is(error.code, 'DISK_FIELD')
  t.is(error.offset, 462)
})
