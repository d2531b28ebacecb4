import type { Reader } from '@bootwright/bytes'
import { broken } from '../errors.ts'
import { BLOCK_SIZE } from '../structures/blocks.ts'

/** One system use field (SUSP 1.12 4.1). */
export interface SystemUseField {
  readonly signature: string
  /** What follows signature, length and version. */
  readonly data: Buffer
  /** Bytes from the start of the image. */
  readonly offset: number
}

const HEADER_SIZE = 4
/** Linux follows 32 continuations of one record; nothing that is not hostile needs more. */
const CONTINUATION_LIMIT = 32
const CE_DATA_SIZE = 24

/** The fields of one record, continuations included. Throws {@link IsoError} `SYSTEM_USE`, `OUTSIDE` or `LIMIT`. */
export async function readSystemUse(reader: Reader, area: Buffer, offset: number): Promise<SystemUseField[]> {
  const fields: SystemUseField[] = []
  let next: Continuation | undefined = { area, offset }
  for (let count = 0; next; count += 1) {
    if (count > CONTINUATION_LIMIT)
      throw broken(
        'LIMIT',
        'system use field CE',
        offset,
        `found more than ${CONTINUATION_LIMIT} continuations of one record`,
      )
    const continuation = parse(next.area, next.offset, fields)
    next = continuation && (await follow(reader, continuation))
  }
  return fields
}

interface Continuation {
  readonly area: Buffer
  readonly offset: number
}

/** Adds the fields of one area; returns its CE field, if it has one. */
function parse(area: Buffer, offset: number, into: SystemUseField[]): SystemUseField | undefined {
  let continuation: SystemUseField | undefined
  let position = 0
  while (position + HEADER_SIZE <= area.length) {
    const signature = area.toString('latin1', position, position + 2)
    const length = area[position + 2]!
    // A zero byte pads the record; SUSP 4: up to three bytes may follow the last field.
    if (area[position] === 0) break
    if (length < HEADER_SIZE || position + length > area.length)
      throw broken(
        'SYSTEM_USE',
        `system use field ${JSON.stringify(signature)}`,
        offset + position,
        `found a length of ${length} bytes and ${area.length - position} left`,
      )
    const field = {
      signature,
      data: area.subarray(position + HEADER_SIZE, position + length),
      offset: offset + position,
    }
    if (signature === 'ST') break
    if (signature === 'CE') continuation = field
    else into.push(field)
    position += length
  }
  return continuation
}

async function follow(reader: Reader, field: SystemUseField): Promise<Continuation> {
  if (field.data.length < CE_DATA_SIZE) throw tooShort(field, CE_DATA_SIZE)
  const [block, start, size] = [field.data.readUInt32LE(0), field.data.readUInt32LE(8), field.data.readUInt32LE(16)]
  const offset = block * BLOCK_SIZE + start
  if (start + size > BLOCK_SIZE)
    throw broken(
      'SYSTEM_USE',
      'system use field CE',
      field.offset,
      `it points to ${size} bytes at ${start} in a block; expected that they end in the block`,
    )
  if (offset + size > reader.size)
    throw broken(
      'OUTSIDE',
      'system use field CE',
      field.offset,
      `it points to byte ${offset}; the image ends at byte ${reader.size}`,
    )
  return { area: Buffer.from((await reader.read(offset, size)).buffer), offset }
}

export const tooShort = ({ signature, data, offset }: SystemUseField, expected: number): Error =>
  broken(
    'SYSTEM_USE',
    `system use field ${signature}`,
    offset,
    `found ${data.length} bytes of data; expected ${expected}`,
  )
