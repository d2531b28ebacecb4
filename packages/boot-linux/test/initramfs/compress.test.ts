import { zstdDecompressSync } from 'node:zlib'
import { computed, concat, digest, fromMemory, read, zeros } from '@bootwright/bytes'
import test from 'ava'
import { compress } from '../../src/initramfs/compress.ts'

const { signal } = new AbortController()

test('one frame with a checksum, padded to a multiple of four', async t => {
  for (const text of ['', 'a', 'ab', 'abc', 'abcd', 'x'.repeat(100_000)]) {
    const compressed = await compress(fromMemory(text), signal)
    t.is(compressed.size % 4, 0)
    const data = Buffer.from(await read(compressed))
    t.is(data.readUInt32LE(0), 0xfd2fb528)
    // RFC 8878 3.1.1.1.1: Content_Checksum_flag.
    t.is(data[4]! & 4, 4)
    t.is(zstdDecompressSync(data).toString(), text)
  }
})

test('the same content gives the same bytes, in whatever pieces it lies', async t => {
  const pieces = concat([fromMemory('a'.repeat(300_000)), zeros(700_000), fromMemory('b')])
  const whole = fromMemory(await read(pieces))
  t.is(await digest(await compress(pieces, signal)), await digest(await compress(whole, signal)))
})

test('a cancelled compression ends with the reason', async t => {
  const reason = new Error('stop')
  t.is(await t.throwsAsync(compress(fromMemory('x'), AbortSignal.abort(reason))), reason)
  const controller = new AbortController()
  const noise = fromMemory(Buffer.from(Array.from({ length: 4 << 20 }, (_, index) => (index * index * 7919) >> 5)))
  const compressing = compress(noise, controller.signal)
  setTimeout(() => controller.abort(reason), 20)
  t.is(await t.throwsAsync(compressing), reason)
})

test('an archive that cannot be read is no compressed archive', async t => {
  const produce = () => Promise.reject(new Error('torn'))
  const failing = computed({ id: 'failing', size: 1, produce })
  await t.throwsAsync(compress(failing, signal), { message: 'torn' })
})
