import { fromMemory, read } from '@bootwright/bytes'
import test from 'ava'
import { assemble } from '../src/layout.ts'

test('pieces are filled up with zeros to the block of the next one and to the end', async t => {
  const bytes = assemble(
    [
      { block: 1, bytes: fromMemory('a') },
      { block: 2, bytes: fromMemory('b') },
    ],
    4,
  )
  const content = Buffer.from(await read(bytes))
  t.is(content.length, 8192)
  t.deepEqual(
    [...content.entries()].filter(([, byte]) => byte !== 0),
    [
      [2048, 97],
      [4096, 98],
    ],
  )
})
