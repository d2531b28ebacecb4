import { digest, fromMemory, read } from '@bootwright/bytes'
import test from 'ava'
import fc from 'fast-check'
import { planTable } from '../../src/structures/table.ts'

const hex = async (type: 12 | 16 | 32, lengths: readonly number[], size: number): Promise<string> =>
  Buffer.from(await read(planTable(type, lengths, size))).toString('hex')

test('golden: a chain of three clusters and one of one, in each type', async t => {
  t.is(await hex(12, [3, 1], 12), 'f8ffff034000ffffff000000')
  t.is(await hex(16, [3, 1], 14), 'f8ffffff03000400ffffffff0000')
  t.is(
    await hex(32, [3, 1], 28),
    ['f8ffff0f', 'ffffff0f', '03000000', '04000000', 'ffffff0f', 'ffffff0f', '00000000'].join(''),
  )
  t.is(await hex(16, [], 6), 'f8ffffff0000')
})

test('a table that is computed in parts is the one that is written entry by entry', async t => {
  const lengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 200_000 })), {
    minLength: 1,
    maxLength: 12,
  })
  await fc.assert(
    fc.asyncProperty(lengths, async chains => {
      const clusters = chains.reduce((sum, length) => sum + length, 0)
      const expected = Buffer.alloc((clusters + 2 + 1000) * 4)
      expected.writeUInt32LE(0x0ffffff8, 0)
      expected.writeUInt32LE(0x0fffffff, 4)
      let cluster = 2
      for (const length of chains)
        for (let left = length; left > 0; left -= 1) {
          expected.writeUInt32LE(left === 1 ? 0x0fffffff : cluster + 1, cluster * 4)
          cluster += 1
        }
      const table = planTable(32, chains, expected.length)
      t.is(await digest(table), await digest(fromMemory(expected)))
      const at = Math.floor(expected.length / 2)
      t.deepEqual(Buffer.from(await read(table, at, 40)), expected.subarray(at, at + 40))
    }),
    { numRuns: 15 },
  )
})

test('a table of a whole terabyte is planned without its memory', t => {
  const table = planTable(32, [30_000_000, 3_000_000], 33_000_002 * 4)
  t.is(table.size, 132_000_008)
  t.true([...table.segments()].every(segment => segment.kind === 'computed'))
})
