import test from 'ava'
import { MEDIA_SIZE, mediaSizeOf } from '../src/media-size.ts'

test('the established names and any number with a unit are sizes', t => {
  t.deepEqual(['unlimited', '650MB', '4GB', '700MB', '1.5GiB'].map(mediaSizeOf), [
    Number.POSITIVE_INFINITY,
    681_574_400,
    4e9,
    7e8,
    1_610_612_736,
  ])
})
for (const wrong of ['', '4', 'GB', '-1GB', '4 GB', '4TB'])
  test(`${JSON.stringify(wrong)} is no size`, t => {
    t.notRegex(wrong, MEDIA_SIZE)
  })
