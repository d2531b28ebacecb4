import test from 'ava'
import { chunks, computed, concat, fromMemory, read, slice } from '../src/index.ts'

const counting = (size: number, chunk: number): { produced: number; bytes: ReturnType<typeof computed> } => {
  const state = {
    produced: 0,
    bytes: computed({
      id: `counting ${size}`,
      size,
      async *produce() {
        state.produced += 1
        for (let at = 0; at < size; at += chunk)
          yield Uint8Array.from({ length: Math.min(chunk, size - at) }, (_, i) => (at + i) % 251)
      },
    }),
  }
  return state
}

test('a pass over a medium produces a computation once, however many blocks it takes', async t => {
  const state = counting(3_000_000, 70_001)
  let position = 0
  let wrong = 0
  for await (const chunk of chunks(concat([fromMemory('head'), state.bytes]))) {
    for (const byte of chunk) {
      if (position >= 4 && byte !== (position - 4) % 251) wrong += 1
      position += 1
    }
  }
  t.is(position, 3_000_004)
  t.is(wrong, 0)
  t.is(state.produced, 1)
})
test('a slice of a computation is that part of it', async t => {
  const { bytes } = counting(1000, 7)
  t.deepEqual(await read(slice(bytes, 500, 503)), Uint8Array.of(500 % 251, 501 % 251, 502 % 251))
})
test('parts of a computation in another order are right too', async t => {
  const { bytes } = counting(10, 3)
  t.deepEqual(
    await read(concat([slice(bytes, 5, 10), slice(bytes, 0, 5)])),
    Uint8Array.of(5, 6, 7, 8, 9, 0, 1, 2, 3, 4),
  )
})
for (const [what, length] of [
  ['less', 9],
  ['more', 11],
] as const)
  test(`producing ${what} than promised fails`, async t => {
    const bytes = computed({ id: 'liar', size: 10, produce: async () => new Uint8Array(length) })
    await t.throwsAsync(read(bytes), { code: 'COMPUTED_LENGTH', message: /liar promised 10/ })
  })
