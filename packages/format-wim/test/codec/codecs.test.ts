import test from 'ava'
import fc from 'fast-check'
import { CorruptChunkError, type Decoder, type Encoder } from '../../src/codec/codec.ts'
import { lzmsDecoder, lzxDecoder, lzxEncoder, xpressDecoder, xpressEncoder } from '../../src/codec/kernels.ts'
import { samples } from './samples.ts'

interface Pair {
  readonly chunkSize: number
  readonly encode: Encoder
  readonly decode: Decoder
}
const pairs: Readonly<Record<string, Pair>> = {
  'xpress, 4 KiB': { chunkSize: 4096, encode: xpressEncoder(4096), decode: xpressDecoder(4096) },
  'xpress, 32 KiB': { chunkSize: 32_768, encode: xpressEncoder(32_768), decode: xpressDecoder(32_768) },
  'xpress, 64 KiB': { chunkSize: 65_536, encode: xpressEncoder(65_536), decode: xpressDecoder(65_536) },
  'lzx, 32 KiB': { chunkSize: 32_768, encode: lzxEncoder(32_768), decode: lzxDecoder(32_768) },
  'lzx, 2 MiB': { chunkSize: 1 << 21, encode: lzxEncoder(1 << 21), decode: lzxDecoder(1 << 21) },
}

function roundTrip({ encode, decode }: Pair, input: Uint8Array): { readonly back: Uint8Array; readonly size: number } {
  const output = new Uint8Array(input.length)
  const size = encode(input, output)
  if (size === 0) return { back: input, size: input.length }
  const back = new Uint8Array(input.length)
  decode(output.subarray(0, size), back)
  return { back, size }
}

for (const [name, pair] of Object.entries(pairs)) {
  test(`${name}: what was compressed comes out again, and gets smaller where it can`, t => {
    for (const [kind, content] of Object.entries(samples(pair.chunkSize))) {
      const { back, size } = roundTrip(pair, content)
      t.is(Buffer.compare(back, content), 0, kind)
      if (kind !== 'random' && content.length > 2000) t.true(size < content.length * 0.9, `${kind}: ${size}`)
    }
  })
  test(`${name}: any bytes come out again`, t => {
    const piece = fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 300 }),
      fc
        .tuple(fc.uint8Array({ minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: 2000 }))
        .map(([bytes, times]) =>
          Uint8Array.from({ length: bytes.length * times }, (_, at) => bytes[at % bytes.length]!),
        ),
    )
    const content = fc
      .array(piece, { minLength: 1, maxLength: 12 })
      .map(pieces => Uint8Array.from(Buffer.concat(pieces)).slice(0, pair.chunkSize))
    fc.assert(
      fc.property(content, input => t.deepEqual(roundTrip(pair, input).back, input)),
      { numRuns: 60 },
    )
    t.pass()
  })
}

test('whatever is fed to a decoder, it ends: with bytes, or saying that they are corrupt', t => {
  const decoders = [xpressDecoder(32_768), lzxDecoder(32_768), lzxDecoder(1 << 21), lzmsDecoder(32_768)]
  let refused = 0
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 2000 }), fc.integer({ min: 1, max: 32_768 }), (input, size) => {
      for (const decode of decoders)
        try {
          decode(input, new Uint8Array(size))
        } catch (error) {
          if (!(error instanceof CorruptChunkError)) throw error
          refused += 1
        }
    }),
    { numRuns: 500 },
  )
  t.true(refused > 0)
})
