import test from 'ava'
import { formatBytes, formatDuration } from '../../src/render/units.ts'

test('bytes are shown in the largest unit that leaves a whole number before the point', t => {
  t.deepEqual([0, 1023, 1024, 125_000_000, 5 * 1024 ** 4].map(formatBytes), [
    '0 bytes',
    '1023 bytes',
    '1.0 KiB',
    '119.2 MiB',
    '5.0 TiB',
  ])
})
test('durations are shown as a clock', t => {
  t.deepEqual([0, 65, 7384, -1].map(formatDuration), ['0:00', '1:05', '2:03:04', '0:00'])
})
