import type { FinishedMedium } from '@bootwright/api'
import { type Entry, zeros } from '@bootwright/bytes'
import test from 'ava'
import { span } from '../src/span.ts'

const MiB = 1 << 20
const medium = (canSpan: boolean, files: Record<string, number>): FinishedMedium => ({
  id: '4b1fbc4a-0000-8000-8000-000000000000',
  name: 'lab',
  type: canSpan ? 'standalone' : 'bootable',
  label: 'Lab',
  date: new Date('2026-11-24T00:00:00Z'),
  canSpan,
  boot: undefined,
  tree: new Map(
    Object.entries(files).map(([path, size]): [string, Entry] => [path, { kind: 'file', content: zeros(size) }]),
  ),
})

test('what fits is one image', t => {
  t.is(span(medium(true, { 'content/a': 3 * MiB }), 10 * MiB).length, 1)
})
test('more content is spread over as many images as it takes; what is no content is on each', t => {
  const plans = span(
    medium(true, { 'content/a': 6 * MiB, 'content/b': 6 * MiB, 'content/c': MiB, 'medium.json': 10 }),
    10 * MiB,
  )
  t.is(plans.length, 2)
  t.true(plans.every(({ bytes }) => bytes.size <= 10 * MiB))
  const paths = plans.map(({ extents }) => extents.map(extent => extent.path))
  t.deepEqual(
    paths.map(each => each.filter(path => path.startsWith('content/'))),
    [['content/a'], ['content/b', 'content/c']],
  )
  t.true(paths.every(each => each.includes('medium.json')))
})
test('a medium that may not span is refused with both numbers', t => {
  const error = t.throws(() => span(medium(false, { 'content/a': 6 * MiB }), 5 * MiB), { code: 'MEDIA_SIZE' })
  t.like(error, { available: 5 * MiB })
  t.true((error as unknown as { needed: number }).needed > 6 * MiB)
})
test('a file that fits on no medium of the set is named', t => {
  t.throws(() => span(medium(true, { 'content/a': 6 * MiB, 'content/b': 1 }), 5 * MiB), {
    code: 'MEDIA_SIZE',
    message: /content\/a/,
  })
})
