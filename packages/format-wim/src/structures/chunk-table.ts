import type { Reader } from '@bootwright/bytes'
import type { Compression } from '../codec/codec.ts'
import { WimError } from '../error.ts'
import { readSize } from './fields.ts'
import { checkChunkSize } from './header.ts'
import type { ResourceHeader } from './resource-header.ts'

/** The chunks of a compressed resource. Each is decompressed by itself. */
export interface ChunkTable {
  readonly compression: Exclude<Compression, 'none'>
  readonly chunkSize: number
  /** Bytes when all is decompressed. */
  readonly size: number
  /** Where each chunk begins in the WIM, and where the last ends. One that is as long as what it holds is not compressed. */
  readonly offsets: Float64Array
}

/** Above, offsets of chunks have 64 bits. */
export const LARGE_RESOURCE: number = 2 ** 32
/** A terabyte in chunks of 32 KiB. */
const MOST_CHUNKS = 1 << 25
/** Solid resources begin with their size, chunk size and compression (wimlib, resource.h, `alt_chunk_table_header_disk`). */
const SOLID_HEADER = { size: 0, chunkSize: 8, compression: 12, length: 16 } as const
const SOLID_COMPRESSIONS: Readonly<Record<number, Exclude<Compression, 'none'>>> = { 1: 'xpress', 2: 'lzx', 3: 'lzms' }

/** The table before the chunks of a usual resource: where each but the first begins, counted from the end of the table. Throws {@link WimError}. */
export async function readChunkTable(
  reader: Reader,
  { offset, sizeInWim, size }: ResourceHeader,
  compression: Exclude<Compression, 'none'>,
  chunkSize: number,
): Promise<ChunkTable> {
  const chunks = Math.ceil(size / chunkSize)
  const width = size >= LARGE_RESOURCE ? 8 : 4
  const tableSize = (chunks - 1) * width
  checkTable(reader, offset, chunks, tableSize, sizeInWim)
  const table = Buffer.from(await reader.read(offset, tableSize))
  const offsets = new Float64Array(chunks + 1)
  const start = offset + tableSize
  for (let chunk = 0; chunk <= chunks; chunk++) {
    if (chunk === 0) offsets[chunk] = start
    else if (chunk === chunks) offsets[chunk] = offset + sizeInWim
    else {
      const at = (chunk - 1) * width
      offsets[chunk] = start + (width === 8 ? readSize(table, at, 'chunk table', offset + at) : table.readUInt32LE(at))
    }
  }
  checkChunks(offsets, size, chunkSize, offset)
  return { compression, chunkSize, size, offsets }
}

/** The table of a solid resource: how long each chunk is. */
export async function readSolidTable(reader: Reader, { offset, sizeInWim }: ResourceHeader): Promise<ChunkTable> {
  if (sizeInWim < SOLID_HEADER.length || offset + sizeInWim > reader.size)
    throw new WimError('WIM_TRUNCATED', 'chunk table', `a solid resource of ${sizeInWim} bytes`, { offset })
  const header = Buffer.from(await reader.read(offset, SOLID_HEADER.length))
  const size = readSize(header, SOLID_HEADER.size, 'chunk table', offset)
  const chunkSize = header.readUInt32LE(SOLID_HEADER.chunkSize)
  const compression = SOLID_COMPRESSIONS[header.readUInt32LE(SOLID_HEADER.compression)]
  if (compression === undefined)
    throw new WimError(
      'WIM_FIELD',
      'chunk table',
      `compression ${header.readUInt32LE(SOLID_HEADER.compression)}; expected 1 to 3`,
      { offset: offset + SOLID_HEADER.compression },
    )
  checkChunkSize(compression, chunkSize, offset + SOLID_HEADER.chunkSize)
  const chunks = Math.ceil(size / chunkSize)
  const tableSize = chunks * 4
  checkTable(reader, offset, chunks, SOLID_HEADER.length + tableSize, sizeInWim)
  const table = Buffer.from(await reader.read(offset + SOLID_HEADER.length, tableSize))
  const offsets = new Float64Array(chunks + 1)
  offsets[0] = offset + SOLID_HEADER.length + tableSize
  for (let chunk = 0; chunk < chunks; chunk++) offsets[chunk + 1] = offsets[chunk]! + table.readUInt32LE(chunk * 4)
  if (offsets[chunks]! > offset + sizeInWim)
    throw new WimError('WIM_FIELD', 'chunk table', 'its chunks are longer than the resource', { offset })
  checkChunks(offsets, size, chunkSize, offset)
  return { compression, chunkSize, size, offsets }
}

function checkTable(reader: Reader, offset: number, chunks: number, tableSize: number, sizeInWim: number): void {
  if (chunks > MOST_CHUNKS)
    throw new WimError('WIM_TOO_LARGE', 'chunk table', `${chunks} chunks; expected at most ${MOST_CHUNKS}`, { offset })
  if (tableSize > sizeInWim || offset + sizeInWim > reader.size)
    throw new WimError(
      'WIM_TRUNCATED',
      'chunk table',
      `${chunks} chunks in ${sizeInWim} bytes at ${offset}; the file has ${reader.size}`,
      { offset },
    )
}

function checkChunks(offsets: Float64Array, size: number, chunkSize: number, offset: number): void {
  for (let chunk = 0; chunk + 1 < offsets.length; chunk++) {
    const length = offsets[chunk + 1]! - offsets[chunk]!
    const original = Math.min(chunkSize, size - chunk * chunkSize)
    if (length <= 0 || length > original)
      throw new WimError('WIM_FIELD', 'chunk table', `chunk ${chunk} of ${original} bytes takes ${length}`, { offset })
  }
}
