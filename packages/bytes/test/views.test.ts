import test from 'ava'
import fc from 'fast-check'
import {
  type Bytes,
  computed,
  concat,
  cut,
  empty,
  fromMemory,
  overlay,
  padTo,
  padToMultiple,
  read,
  slice,
  zeros,
} from '../src/index.ts'

/** Random bytes made of all sources and views, beside the array that they should be. */
const model: fc.Arbitrary<{ bytes: Bytes; expected: Uint8Array }> = fc.letrec<{
  node: { bytes: Bytes; expected: Uint8Array }
}>(tie => ({
  node: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.uint8Array({ maxLength: 40 }).map(data => ({ bytes: fromMemory(data), expected: data })),
    fc.nat(40).map(size => ({ bytes: zeros(size), expected: new Uint8Array(size) })),
    fc.uint8Array({ maxLength: 40 }).map(data => ({
      bytes: computed({ id: 'data', size: data.length, produce: async () => data }),
      expected: data,
    })),
    fc.array(tie('node'), { maxLength: 4 }).map(parts => ({
      bytes: concat(parts.map(part => part.bytes)),
      expected: Buffer.concat(parts.map(part => part.expected)),
    })),
    fc.tuple(tie('node'), fc.nat(), fc.nat()).map(([{ bytes, expected }, a, b]) => {
      const [from, to] = [a % (bytes.size + 1), b % (bytes.size + 1)].sort((x, y) => x - y) as [number, number]
      return { bytes: slice(bytes, from, to), expected: expected.subarray(from, to) }
    }),
    fc.tuple(tie('node'), tie('node'), fc.nat()).map(([{ bytes, expected }, patch, at]) => {
      if (patch.bytes.size > bytes.size) return { bytes, expected }
      const offset = at % (bytes.size - patch.bytes.size + 1)
      const patched = Uint8Array.from(expected)
      patched.set(patch.expected, offset)
      return { bytes: overlay(bytes, [{ offset, bytes: patch.bytes }]), expected: patched }
    }),
  ),
})).node

test('views read as the arrays that they describe', async t => {
  await fc.assert(
    fc.asyncProperty(model, fc.nat(), fc.nat(), async ({ bytes, expected }, a, b) => {
      const [from, to] = [a % (bytes.size + 1), b % (bytes.size + 1)].sort((x, y) => x - y) as [number, number]
      t.is(bytes.size, expected.length)
      t.deepEqual(await read(bytes), Uint8Array.from(expected))
      t.deepEqual(await read(bytes, from, to - from), Uint8Array.from(expected.subarray(from, to)))
      t.is(
        [...bytes.segments()].reduce((sum, segment) => sum + segment.length, 0),
        bytes.size,
      )
      t.true([...bytes.segments()].every(segment => segment.length > 0))
    }),
  )
})

test('cut gives parts of the size asked for, the last one shorter', t => {
  t.deepEqual(
    cut(zeros(10), 4).map(part => part.size),
    [4, 4, 2],
  )
  t.deepEqual(
    cut(zeros(8), 4).map(part => part.size),
    [4, 4],
  )
  t.deepEqual(
    cut(empty, 4).map(part => part.size),
    [0],
  )
})

test('padding adds zeros and refuses to shorten', async t => {
  t.deepEqual(await read(padToMultiple(fromMemory('abc'), 4)), Uint8Array.of(97, 98, 99, 0))
  t.is(padToMultiple(fromMemory('abcd'), 4).size, 4)
  t.throws(() => padTo(fromMemory('abcd'), 3), { code: 'BYTES_RANGE' })
})

test('a range outside is refused, with the numbers', t => {
  t.throws(() => slice(zeros(10), 4, 11), { code: 'BYTES_RANGE', message: /4 to 11 .* has 10/ })
  t.throws(() => slice(zeros(10), 5, 4), { code: 'BYTES_RANGE' })
  t.throws(() => [...zeros(10).segments(0.5, 4)], { code: 'BYTES_RANGE' })
})

test('overlapping patches are refused', t => {
  const patch = fromMemory('1234')
  t.throws(
    () =>
      overlay(zeros(10), [
        { offset: 0, bytes: patch },
        { offset: 3, bytes: patch },
      ]),
    { code: 'BYTES_RANGE' },
  )
})

test('sizes beyond 2^53 are refused', t => {
  t.throws(() => concat([zeros(Number.MAX_SAFE_INTEGER), zeros(1)]), { code: 'BYTES_RANGE' })
})
