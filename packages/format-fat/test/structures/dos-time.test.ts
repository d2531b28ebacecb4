import test from 'ava'
import { FatError } from '../../src/error.ts'
import { dosTime } from '../../src/structures/dos-time.ts'

test('golden: day, hour and odd second, in UTC', t => {
  t.deepEqual(dosTime(new Date('2024-05-06T07:08:09.510Z')), {
    date: (44 << 9) | (5 << 5) | 6,
    time: (7 << 11) | (8 << 5) | 4,
    hundredths: 151,
  })
  t.deepEqual(dosTime(new Date('1980-01-01T00:00:00Z')), { date: 0x21, time: 0, hundredths: 0 })
})

test('what the format cannot hold is refused', t => {
  for (const text of ['1979-12-31T23:59:59Z', '2108-01-01T00:00:00Z', 'never'])
    t.is(t.throws(() => dosTime(new Date(text)), { instanceOf: FatError }).code, 'FAT_DATE')
})
