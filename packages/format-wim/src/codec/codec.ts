export type Compression = 'none' | 'xpress' | 'lzx' | 'lzms'

/**
 * Decompresses one chunk: fills `output`, whose length is that of the chunk, from `input`. Throws {@link CorruptChunkError}. Bits that are
 * missing at the end of the input count as zero, as in other readers: a digest verifies the result.
 */
export type Decoder = (input: Uint8Array, output: Uint8Array) => void

/**
 * Compresses one chunk: fills the start of `output`, which is as long as `input`, and returns how many bytes that took; 0 when it does not
 * get smaller.
 */
export type Encoder = (input: Uint8Array, output: Uint8Array) => number

/** The input is nothing that an encoder has made. */
export class CorruptChunkError extends Error {
  constructor(message: string) {
    super(message)
    this.name = 'CorruptChunkError'
  }
}
