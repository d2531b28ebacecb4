import { createHash } from 'node:crypto'
import test from 'ava'
import { chunksOf, decodeChunks, encodeChunks, sha256Of } from '../../src/index.ts'

/** Deterministic pseudo-random bytes. */
function noise(length: number, seed: string): Buffer {
  const parts: Buffer[] = []
  for (let at = 0; at * 32 < length; at += 1) parts.push(createHash('sha256').update(`${seed} ${at}`).digest())
  return Buffer.concat(parts).subarray(0, length)
}
async function* inParts(data: Buffer, step: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < data.length; at += step) yield data.subarray(at, at + step)
}
const MiB = 1 << 20
const data = noise(24 * MiB, 'one')

test('chunks depend on the content, not on how it is read', async t => {
  const chunks = await chunksOf(inParts(data, MiB))
  t.deepEqual(await chunksOf(inParts(data, 77_777)), chunks)
  t.deepEqual(decodeChunks(encodeChunks(chunks)), chunks)
  let at = 0
  for (const { sha256, size } of chunks) {
    t.is(sha256Of(data.subarray(at, at + size)), sha256)
    at += size
  }
  t.is(at, data.length)
  t.true(chunks.slice(0, -1).every(({ size }) => size >= MiB / 4 && size <= 4 * MiB))
  t.true(chunks.length > 12 && chunks.length < 60, `${chunks.length} chunks`)
  t.deepEqual(await chunksOf(inParts(Buffer.alloc(0), 1)), [])
})

test('an insertion changes only the chunks around it', async t => {
  const before = new Set((await chunksOf(inParts(data, MiB))).map(({ sha256 }) => sha256))
  const at = 10 * MiB + 5
  const changed = Buffer.concat([data.subarray(0, at), noise(1000, 'two'), data.subarray(at)])
  const after = await chunksOf(inParts(changed, MiB))
  t.true(after.filter(({ sha256 }) => !before.has(sha256)).length <= 3)
})

test('zeros are split at the maximum size', async t => {
  const chunks = await chunksOf(inParts(Buffer.alloc(9 * MiB), MiB))
  t.deepEqual(
    chunks.map(({ size }) => size / MiB),
    [4, 4, 1],
  )
})
