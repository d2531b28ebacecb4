import type { FinishedMedium } from '@bootwright/api'
import { type Bytes, type Entry, fromMemory, read, zeros } from '@bootwright/bytes'
import { readIso } from '@bootwright/format-iso'
import { decodeSet, piecePath, SET_PATH } from '@bootwright/medium-format'
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
    Object.entries(files).map(([path, size]): [string, Entry] => [
      path,
      { kind: 'file', content: zeros(size), change: path.includes('blobs') ? 'rarely' : 'often' },
    ]),
  ),
})

test('what fits is one image', t => {
  t.is(span(medium(true, { 'content/a': 3 * MiB }), 10 * MiB).length, 1)
})
const blob = (letter: string): string => `content/blobs/sha256/${letter.repeat(64)}`
const setIn = async (plan: { readonly bytes: Bytes }) => {
  const entry = (await readIso(plan.bytes)).tree.get(SET_PATH)
  return entry?.kind === 'file' ? decodeSet(await read(entry.content)) : undefined
}

test('contents are spread over as few media as they take; all but what tells them apart is on the first', async t => {
  const plans = span(
    medium(true, {
      [blob('a')]: 6 * MiB,
      [blob('b')]: 6 * MiB,
      [blob('c')]: 3 * MiB,
      'content/index.json': 10,
      'bootwright/medium.json': 10,
      kernel: 2 * MiB,
    }),
    10 * MiB,
  )
  t.true(plans.every(({ bytes }) => bytes.size <= 10 * MiB))
  const paths = plans.map(({ extents }) => extents.map(({ path }) => path).filter(path => !path.endsWith('.json')))
  t.deepEqual(paths, [
    [blob('a'), 'kernel'],
    [blob('b'), blob('c')],
  ])
  t.true(plans.every(({ extents }) => extents.some(({ path }) => path === 'bootwright/medium.json')))
  t.deepEqual(await setIn(plans[1]!), {
    formatVersion: 1,
    number: 2,
    count: 2,
    files: { [blob('a')]: [1], [blob('b')]: [2], [blob('c')]: [2] },
  })
})
test('a file that is larger than a medium is cut, and its pieces are the file', async t => {
  const content = Uint8Array.from({ length: 7 * MiB + 1 }, (_, at) => at % 251)
  const whole = { ...medium(true, { 'bootwright/medium.json': 10 }) }
  const tree = new Map<string, Entry>([
    ...whole.tree,
    [blob('d'), { kind: 'file', content: fromMemory(content), change: 'rarely' }],
  ])
  const plans = span({ ...whole, tree }, 3 * MiB)
  t.is(plans.length, 3)
  const set = await setIn(plans[0]!)
  t.deepEqual(set?.files[blob('d')], [1, 2, 3])
  const pieces: Uint8Array[] = []
  for (const [index, plan] of plans.entries()) {
    t.true(plan.bytes.size <= 3 * MiB)
    const entry = (await readIso(plan.bytes)).tree.get(piecePath(blob('d'), index))
    if (entry?.kind === 'file') pieces.push(await read(entry.content))
  }
  t.true(Buffer.concat(pieces).equals(content))
})
test('a medium that may not span is refused with both numbers', t => {
  const error = t.throws(() => span(medium(false, { 'content/a': 6 * MiB }), 5 * MiB), { code: 'MEDIA_SIZE' })
  t.like(error, { available: 5 * MiB })
  t.true((error as unknown as { needed: number }).needed > 6 * MiB)
})
test('a medium that is too small for what has to be on it is refused with both numbers', t => {
  t.throws(() => span(medium(true, { kernel: 6 * MiB, [blob('b')]: 1 }), 5 * MiB), {
    code: 'MEDIA_SIZE',
    message: /the first medium/,
  })
})
