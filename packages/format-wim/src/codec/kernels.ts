import { CorruptChunkError, type Decoder, type Encoder } from './codec.ts'
import { KERNELS } from './kernels-binary.ts'

/** What assembly/index.ts exports. Addresses are bytes of the instance's memory. */
interface Kernels {
  readonly memory: { readonly buffer: ArrayBuffer }
  allocate(size: number): number
  prepareXpressDecoder(): void
  prepareLzmsDecoder(): void
  prepareLzxDecoder(chunkSize: number): void
  prepareXpressEncoder(chunkSize: number): void
  prepareLzxEncoder(chunkSize: number): void
  decodeLzms(input: number, inputSize: number, output: number, outputSize: number): number
  decodeXpress(input: number, inputSize: number, output: number, outputSize: number): number
  decodeLzx(input: number, inputSize: number, output: number, outputSize: number): number
  encodeXpress(input: number, size: number, output: number): number
  encodeLzx(input: number, size: number, output: number): number
}

/** What is used of WebAssembly: its types come with those of browsers only. */
interface Engine {
  readonly Module: new (binary: Uint8Array) => object
  readonly Instance: new (module: object) => { readonly exports: unknown }
}
const { Module, Instance } = (globalThis as unknown as { readonly WebAssembly: Engine }).WebAssembly

/** Kernels read and write some bytes beyond what they were told. */
const ROOM = 64

let compiled: object | undefined

/** Memory of its own for one codec, with room for a chunk before and after. */
function open(chunkSize: number, prepare: (kernels: Kernels) => void) {
  // Compiled once, when it is needed first.
  compiled ??= new Module(Buffer.from(KERNELS, 'base64'))
  const kernels = new Instance(compiled).exports as Kernels
  prepare(kernels)
  const input = kernels.allocate(chunkSize + ROOM)
  const output = kernels.allocate(chunkSize + ROOM)
  return { kernels, input, output, bytes: new Uint8Array(kernels.memory.buffer) }
}

function decoder(chunkSize: number, most: number, name: 'Xpress' | 'Lzx' | 'Lzms'): Decoder {
  const { kernels, input, output, bytes } = open(most, each => each[`prepare${name}Decoder`](chunkSize))
  const decode = kernels[`decode${name}`]
  return (from, into) => {
    // A chunk that was compressed is never longer than it was.
    if (from.length > most || into.length > most)
      throw new CorruptChunkError(`${from.length} bytes hold a chunk of ${into.length}`)
    bytes.set(from, input)
    const isSound = decode(input, from.length, output, into.length)
    if (!isSound) throw new CorruptChunkError(`the ${from.length} bytes of a chunk of ${into.length} are corrupt`)
    into.set(bytes.subarray(output, output + into.length))
  }
}

function encoder(chunkSize: number, name: 'Xpress' | 'Lzx'): Encoder {
  const { kernels, input, output, bytes } = open(chunkSize, each => each[`prepare${name}Encoder`](chunkSize))
  const encode = kernels[`encode${name}`]
  return (from, into) => {
    bytes.set(from, input)
    const size = encode(input, from.length, output)
    into.set(bytes.subarray(output, output + size))
    return size
  }
}

/** XPRESS with Huffman codes, [MS-XCA], in chunks of at most `chunkSize` bytes, 64 KiB at most; a decoder has room for `most` of them. */
export const xpressDecoder = (chunkSize: number, most: number = chunkSize): Decoder =>
  decoder(chunkSize, most, 'Xpress')
export const xpressEncoder = (chunkSize: number): Encoder => encoder(chunkSize, 'Xpress')
/** LZX as WIM files have it, in chunks of at most `chunkSize` bytes, 2 MiB at most. */
export const lzxDecoder = (chunkSize: number, most: number = chunkSize): Decoder => decoder(chunkSize, most, 'Lzx')
export const lzxEncoder = (chunkSize: number): Encoder => encoder(chunkSize, 'Lzx')
/** LZMS, in chunks of at most `chunkSize` bytes. */
export const lzmsDecoder = (chunkSize: number, most: number = chunkSize): Decoder => decoder(chunkSize, most, 'Lzms')
