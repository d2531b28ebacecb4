import { type Bytes, fromMemory } from '@bootwright/bytes'
import { broken } from '../errors.ts'
import { BLOCK_SIZE } from '../structures/blocks.ts'
import { expectTag, TAG } from './tag.ts'

/** A run of the partition. */
export interface Allocation {
  readonly block: number
  /** Bytes. */
  readonly length: number
  /** Otherwise it reads as zeros. */
  readonly isRecorded: boolean
}
interface Allocations {
  readonly allocations: readonly Allocation[]
  /** Block that the descriptors go on at. */
  readonly next: number | undefined
}
export interface FileEntry extends Allocations {
  readonly kind: number
  readonly size: number
  readonly permissions: number
  /** The content, when it is in the entry itself. */
  readonly embedded: Bytes | undefined
  /** Descriptors of an allocation extent descriptor. */
  more(block: Buffer, offset: number): Allocations
}

/** ECMA-167 4/14.6.8: the kind of descriptor by the lowest bits of the flags. */
const SHORT = 0
const LONG = 1
const EMBEDDED = 3
/** ECMA-167 4/14.14.1.1: in the two highest bits of a length. */
const EXTENT_TYPE = { recorded: 0, next: 3 } as const
/** File entry and extended file entry, ECMA-167 4/14.9 and 4/14.17. */
const FIELDS = {
  [TAG.fileEntry]: { attributesSize: 168, descriptorsSize: 172, start: 176 },
  [TAG.extendedFileEntry]: { attributesSize: 208, descriptorsSize: 212, start: 216 },
} as const

/** Throws `IsoError`. */
export function decodeFileEntry(block: Buffer, offset: number): FileEntry {
  const tag = expectTag(block, offset, 'file entry', TAG.fileEntry, TAG.extendedFileEntry)
  const fields = FIELDS[tag as keyof typeof FIELDS]
  const type = block.readUInt16LE(34) & 7
  const size = block.readBigUInt64LE(56)
  const start = fields.start + block.readUInt32LE(fields.attributesSize)
  const end = start + block.readUInt32LE(fields.descriptorsSize)
  if (end > BLOCK_SIZE || size > BigInt(Number.MAX_SAFE_INTEGER))
    throw broken('UDF_FILE', 'file entry', offset, `${size} bytes, described up to byte ${end} of its block`)
  if (type !== SHORT && type !== LONG && type !== EMBEDDED)
    throw broken('UNSUPPORTED', 'file entry', offset, `allocation descriptors of type ${type}; expected 0, 1 or 3`)
  const isEmbedded = type === EMBEDDED
  if (isEmbedded && Number(size) > end - start)
    throw broken('UDF_FILE', 'file entry', offset, `${size} bytes are said to be in ${end - start}`)
  return {
    kind: block[27]!,
    size: Number(size),
    permissions: block.readUInt32LE(44),
    embedded: isEmbedded ? fromMemory(Uint8Array.prototype.slice.call(block, start, start + Number(size))) : undefined,
    ...(isEmbedded ? { allocations: [], next: undefined } : decodeAllocations(block.subarray(start, end), type)),
    more(following, place) {
      expectTag(following, place, 'allocation extent descriptor', TAG.allocationExtent)
      const length = following.readUInt32LE(20)
      if (24 + length > BLOCK_SIZE)
        throw broken('UDF_FILE', 'allocation extent descriptor', place, `${length} bytes of descriptors in a block`)
      return decodeAllocations(following.subarray(24, 24 + length), type)
    },
  }
}

function decodeAllocations(descriptors: Buffer, type: number): Allocations {
  const width = type === SHORT ? 8 : 16
  const allocations: Allocation[] = []
  for (let at = 0; at + width <= descriptors.length; at += width) {
    const typed = descriptors.readUInt32LE(at)
    const block = descriptors.readUInt32LE(at + 4)
    const length = typed & 0x3fffffff
    const kind = typed >>> 30
    if (kind === EXTENT_TYPE.next) return { allocations, next: block }
    if (length === 0) break
    allocations.push({ block, length, isRecorded: kind === EXTENT_TYPE.recorded })
  }
  return { allocations, next: undefined }
}
