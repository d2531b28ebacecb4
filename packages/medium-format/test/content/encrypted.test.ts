import { createHash, randomBytes } from 'node:crypto'
import test from 'ava'
import fc from 'fast-check'
import { decrypted, encrypted, encryptedSize, openEncrypted } from '../../src/index.ts'

const KEY = Buffer.alloc(32, 1)
const sha256 = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex')
async function* inPieces(data: Uint8Array, size: number): AsyncIterable<Uint8Array> {
  for (let at = 0; at < data.length; at += size) yield data.subarray(at, at + size)
}
async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const found: Uint8Array[] = []
  for await (const piece of pieces) found.push(piece)
  return Buffer.concat(found)
}
const seal = (data: Uint8Array, key: Uint8Array = KEY) => all(encrypted(inPieces(data, 10_000), key, sha256(data)))
const open = (data: Uint8Array, key: Uint8Array = KEY) => all(decrypted(inPieces(data, 7_777), key))

test('content of any size survives a round trip, and its encrypted size is known in advance', async t => {
  for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 200_000]) {
    const data = randomBytes(size)
    const sealed = await seal(data)
    t.is(sealed.length, encryptedSize(size))
    t.deepEqual(await open(sealed), data)
  }
})

test('equal contents give equal bytes, different contents share none', async t => {
  const data = Buffer.from('content '.repeat(20_000))
  t.deepEqual(await seal(data), await seal(data))
  const other = Buffer.from(data)
  other[0]! ^= 1
  const [one, two] = [await seal(data), await seal(other)]
  t.notDeepEqual(one.subarray(0, 32), two.subarray(0, 32))
  t.notDeepEqual(one.subarray(40, 60_000), two.subarray(40, 60_000))
  t.notDeepEqual(one.subarray(0, 32), (await seal(data, Buffer.alloc(32, 2))).subarray(0, 32))
  t.false(one.includes('content'))
})

test('hostile: changed, truncated and reordered bytes are refused', async t => {
  const sealed = await seal(randomBytes(150_000))
  await fc.assert(
    fc.asyncProperty(fc.nat(sealed.length - 1), fc.integer({ min: 1, max: 255 }), async (at, by) => {
      const changed = Buffer.from(sealed)
      changed[at]! ^= by
      await t.throwsAsync(open(changed), { code: 'CONTENT_ENCRYPTED' })
    }),
    { numRuns: 30 },
  )
  const chunk = 65_552
  const [salt, first, second, last] = [0, 32, 32 + chunk, 32 + 2 * chunk].map((at, index) =>
    sealed.subarray(at, [32, 32 + chunk, 32 + 2 * chunk, sealed.length][index]),
  ) as [Buffer, Buffer, Buffer, Buffer]
  for (const parts of [
    [salt],
    [salt, first],
    [salt, first, second],
    [salt, second, first, last],
    [salt, first, last],
    [],
    [salt, first, second, last, last],
  ])
    await t.throwsAsync(open(Buffer.concat(parts)), { code: 'CONTENT_ENCRYPTED' })
  await t.throwsAsync(open(sealed, Buffer.alloc(32, 2)), { code: 'CONTENT_ENCRYPTED' })
})

test('any range can be read without the rest', async t => {
  for (const size of [0, 1, 65_536, 200_000]) {
    const data = randomBytes(size)
    const sealed = await seal(data)
    const stored = async (offset: number, length: number) => sealed.subarray(offset, offset + length)
    const file = await openEncrypted(stored, sealed.length, KEY)
    t.is(file.size, size)
    for (const [offset, length] of [
      [0, size],
      [0, 1],
      [65_530, 20],
      [size - 1, 10],
      [100_000, 90_000],
      [size + 5, 5],
    ] as const)
      if (offset >= 0) t.deepEqual(Buffer.from(await file.read(offset, length)), data.subarray(offset, offset + length))
  }
  const sealed = await seal(randomBytes(100_000))
  sealed[70_000]! ^= 1
  const file = await openEncrypted(async (at, length) => sealed.subarray(at, at + length), sealed.length, KEY)
  t.is((await file.read(0, 65_536)).length, 65_536)
  await t.throwsAsync(file.read(65_530, 10), { code: 'CONTENT_ENCRYPTED' })
})
