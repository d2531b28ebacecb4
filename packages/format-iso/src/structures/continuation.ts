import { BLOCK_SIZE } from './blocks.ts'
import { CE_SIZE, encodeCe } from './susp.ts'

/** Blocks for the system use fields that do not fit into their directory records (SUSP 4.4 and 5.1). */
export interface ContinuationArea {
  /** What goes into the record: `fields` if they fit into `room` bytes, else as many as fit and a CE field for the rest. */
  place(fields: readonly Uint8Array[], room: number): Uint8Array
  readonly blocks: number
  encode(): Buffer
}

/** Lays the area out from `firstBlock` on. No part of it crosses a block: readers load one block for one CE field. */
export function openContinuationArea(firstBlock: number): ContinuationArea {
  const blocks: Buffer[] = []
  let used = BLOCK_SIZE

  const allocate = (size: number): { block: number; offset: number; into: Buffer } => {
    if (used + size > BLOCK_SIZE) {
      blocks.push(Buffer.alloc(BLOCK_SIZE))
      used = 0
    }
    const offset = used
    used += size
    return { block: firstBlock + blocks.length - 1, offset, into: blocks.at(-1)!.subarray(offset, offset + size) }
  }
  const place = (fields: readonly Uint8Array[], room: number): Uint8Array => {
    if (sizeOf(fields) <= room) return Buffer.concat(fields)
    let count = 0
    while (sizeOf(fields.slice(0, count + 1)) <= room - CE_SIZE) count += 1
    const rest = fields.slice(count)
    const size = sizeOf(rest)
    if (size <= BLOCK_SIZE) {
      const { block, offset, into } = allocate(size)
      into.set(Buffer.concat(rest))
      return Buffer.concat([...fields.slice(0, count), encodeCe(block, offset, size)])
    }
    // More than a block: a block of its own, which points on.
    const { block, offset, into } = allocate(BLOCK_SIZE)
    const part = place(rest, BLOCK_SIZE)
    into.set(part)
    return Buffer.concat([...fields.slice(0, count), encodeCe(block, offset, part.length)])
  }
  return {
    place,
    get blocks() {
      return blocks.length
    },
    encode: () => Buffer.concat(blocks),
  }
}

const sizeOf = (fields: readonly Uint8Array[]): number => fields.reduce((sum, field) => sum + field.length, 0)
