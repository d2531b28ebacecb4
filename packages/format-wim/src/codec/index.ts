import type { Compression, Decoder, Encoder } from './codec.ts'
import { lzmsDecoder, lzxDecoder, lzxEncoder, xpressDecoder, xpressEncoder } from './kernels.ts'

const DECODERS: Readonly<Record<Exclude<Compression, 'none'>, (chunkSize: number, most: number) => Decoder>> = {
  xpress: xpressDecoder,
  lzx: lzxDecoder,
  lzms: lzmsDecoder,
}

const ENCODERS: Readonly<Record<Exclude<Compression, 'none'>, (chunkSize: number) => Encoder>> = {
  xpress: xpressEncoder,
  lzx: lzxEncoder,
  // LZMS is read only: in a WIM of it every chunk may be kept as it is.
  lzms: () => () => 0,
}

/** An encoder for chunks of at most `chunkSize` bytes. It keeps its tables: use it again, not at once. */
export const encoderFor = (compression: Exclude<Compression, 'none'>, chunkSize: number): Encoder =>
  ENCODERS[compression](chunkSize)

/** Decoders with less are not worth telling apart. Bytes. */
const SMALLEST_ROOM = 1 << 18

/** Decoders that are not in use: their tables take longer to make than a small file to decompress. */
export interface Decoders {
  /** One for chunks of `chunkSize` bytes, of which none holds more than `most`: small files need little room. */
  take(compression: Exclude<Compression, 'none'>, chunkSize: number, most: number): LentDecoder
}
export interface LentDecoder extends Disposable {
  readonly decode: Decoder
  /** Room for one chunk. */
  readonly output: Uint8Array
}

export function openDecoders(): Decoders {
  const idle = new Map<string, Omit<LentDecoder, keyof Disposable>[]>()
  return {
    take(compression, chunkSize, most) {
      const room = Math.min(chunkSize, Math.max(SMALLEST_ROOM, 2 ** Math.ceil(Math.log2(most))))
      const key = `${compression} ${chunkSize} ${room}`
      const waiting = idle.get(key) ?? []
      idle.set(key, waiting)
      const decoder = waiting.pop() ?? {
        decode: DECODERS[compression](chunkSize, room),
        output: new Uint8Array(room),
      }
      return { ...decoder, [Symbol.dispose]: () => void waiting.push(decoder) }
    },
  }
}
