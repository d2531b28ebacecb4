import { createHash } from 'node:crypto'
import { fromMemory } from '@bootwright/bytes'
import type { Piece } from '../layout.ts'
import { BLOCK_SIZE } from '../structures/blocks.ts'
import {
  CHARSET,
  CONTENTS,
  DOMAIN,
  IMPLEMENTATION,
  REVISION,
  timestamp,
  VOLUME_INFORMATION,
  writeExtent,
  writeLongAd,
} from './fields.ts'
import { TAG, writeTag } from './tag.ts'
import { dstring } from './text.ts'

/** Two sequences of volume descriptors and one of integrity descriptors, before the anchor, where no content is. */
const MAIN_SEQUENCE = 32
const RESERVE_SEQUENCE = 48
const SEQUENCE_BLOCKS = 16
const INTEGRITY_SEQUENCE = 64
const INTEGRITY_BLOCKS = 2
/** ECMA-167 3/8.4.2.1: one of the places where a reader begins. */
export const ANCHOR_BLOCK = 256
/** The partition is all that follows; everything that UDF has is in it. */
export const PARTITION_BLOCK = 257
/** Descriptors of volumes take a quarter of a block. */
const DESCRIPTOR_SIZE = 512
/** ECMA-167 2/9.1: an ISO 9660 volume has these behind its own descriptors. */
const RECOGNITION = ['BEA01', 'NSR02', 'TEA01'] as const
export const RECOGNITION_BLOCKS: number = RECOGNITION.length

export interface UdfVolume {
  readonly label: string
  readonly date: Date
  /** Blocks of the partition. */
  readonly blocks: number
  /** In the partition: where the file set descriptor is. */
  readonly fileSet: number
  readonly files: number
  readonly folders: number
  /** The next that is free. */
  readonly uniqueId: number
}

/** The volume recognition sequence, from a block on. */
export const recognition = (block: number): Piece[] =>
  RECOGNITION.map((identifier, index) => {
    const bytes = Buffer.alloc(BLOCK_SIZE)
    bytes.write(identifier, 1, 'latin1')
    bytes[6] = 1
    return { block: block + index, bytes: fromMemory(bytes) }
  })

/** Anchor volume descriptor pointer, ECMA-167 3/10.2. */
export function anchor(block: number): Piece {
  const bytes = Buffer.alloc(DESCRIPTOR_SIZE)
  writeExtent(bytes, 16, MAIN_SEQUENCE, SEQUENCE_BLOCKS * BLOCK_SIZE)
  writeExtent(bytes, 24, RESERVE_SEQUENCE, SEQUENCE_BLOCKS * BLOCK_SIZE)
  writeTag(bytes, TAG.anchor, block)
  return { block, bytes: fromMemory(bytes) }
}

/** Everything before the first anchor, and that. */
export function encodeVolume(volume: UdfVolume): Piece[] {
  const set = [
    primary(volume),
    implementationUse(volume),
    partition(volume),
    logicalVolume(volume),
    unallocated(),
    [TAG.terminating, Buffer.alloc(DESCRIPTOR_SIZE)] as const,
  ]
  const sequence = (start: number): Piece[] =>
    set.map(([tag, descriptor, length], index) => {
      const bytes = Buffer.from(descriptor)
      bytes.writeUInt32LE(tag === TAG.terminating ? 0 : index, 16)
      writeTag(bytes, tag, start + index, length)
      return { block: start + index, bytes: fromMemory(bytes) }
    })
  return [...sequence(MAIN_SEQUENCE), ...sequence(RESERVE_SEQUENCE), ...integrity(volume), anchor(ANCHOR_BLOCK)]
}

type Described = readonly [tag: number, descriptor: Buffer, length?: number]

/** ECMA-167 3/10.1. */
function primary({ label, date }: UdfVolume): Described {
  const bytes = Buffer.alloc(DESCRIPTOR_SIZE)
  dstring(label, 32).copy(bytes, 24)
  for (const [at, one] of [
    [56, 1],
    [58, 1],
    [60, 2],
    [62, 2],
  ] as const)
    bytes.writeUInt16LE(one, at)
  bytes.writeUInt32LE(1, 64)
  bytes.writeUInt32LE(1, 68)
  // UDF 1.02 2.2.2.5: sixteen characters that no other set has.
  const unique = createHash('sha256').update(`${label}\0${date.toISOString()}`).digest('hex').slice(0, 16)
  dstring(unique + label, 128).copy(bytes, 72)
  CHARSET.copy(bytes, 200)
  CHARSET.copy(bytes, 264)
  timestamp(date).copy(bytes, 376)
  IMPLEMENTATION.copy(bytes, 388)
  return [TAG.primary, bytes]
}

/** ECMA-167 3/10.4, UDF 1.02 2.2.7. */
function implementationUse({ label }: UdfVolume): Described {
  const bytes = Buffer.alloc(DESCRIPTOR_SIZE)
  VOLUME_INFORMATION.copy(bytes, 20)
  CHARSET.copy(bytes, 52)
  dstring(label, 128).copy(bytes, 116)
  IMPLEMENTATION.copy(bytes, 352)
  return [TAG.implementationUse, bytes]
}

/** ECMA-167 3/10.5. */
function partition({ blocks }: UdfVolume): Described {
  const bytes = Buffer.alloc(DESCRIPTOR_SIZE)
  bytes.writeUInt16LE(1, 20)
  CONTENTS.copy(bytes, 24)
  const READ_ONLY = 1
  bytes.writeUInt32LE(READ_ONLY, 184)
  bytes.writeUInt32LE(PARTITION_BLOCK, 188)
  bytes.writeUInt32LE(blocks, 192)
  IMPLEMENTATION.copy(bytes, 196)
  return [TAG.partition, bytes]
}

/** ECMA-167 3/10.6, with one partition map of type 1. */
function logicalVolume({ label, fileSet }: UdfVolume): Described {
  const bytes = Buffer.alloc(DESCRIPTOR_SIZE)
  CHARSET.copy(bytes, 20)
  dstring(label, 128).copy(bytes, 84)
  bytes.writeUInt32LE(BLOCK_SIZE, 212)
  DOMAIN.copy(bytes, 216)
  writeLongAd(bytes, 248, fileSet, BLOCK_SIZE)
  const MAP_SIZE = 6
  bytes.writeUInt32LE(MAP_SIZE, 264)
  bytes.writeUInt32LE(1, 268)
  IMPLEMENTATION.copy(bytes, 272)
  writeExtent(bytes, 432, INTEGRITY_SEQUENCE, INTEGRITY_BLOCKS * BLOCK_SIZE)
  bytes[440] = 1
  bytes[441] = MAP_SIZE
  bytes.writeUInt16LE(1, 442)
  return [TAG.logicalVolume, bytes, 440 + MAP_SIZE]
}

/** ECMA-167 3/10.8: there is none. */
const unallocated = (): Described => [TAG.unallocatedSpace, Buffer.alloc(DESCRIPTOR_SIZE), 24]

/** ECMA-167 3/10.10, UDF 1.02 2.2.6: a volume that was closed. */
function integrity({ date, blocks, files, folders, uniqueId }: UdfVolume): Piece[] {
  const USE_SIZE = 46
  const bytes = Buffer.alloc(DESCRIPTOR_SIZE)
  timestamp(date).copy(bytes, 16)
  const CLOSED = 1
  bytes.writeUInt32LE(CLOSED, 28)
  bytes.writeBigUInt64LE(BigInt(uniqueId), 40)
  bytes.writeUInt32LE(1, 72)
  bytes.writeUInt32LE(USE_SIZE, 76)
  bytes.writeUInt32LE(0, 80)
  bytes.writeUInt32LE(blocks, 84)
  IMPLEMENTATION.copy(bytes, 88)
  bytes.writeUInt32LE(files, 120)
  bytes.writeUInt32LE(folders, 124)
  for (const at of [128, 130, 132]) bytes.writeUInt16LE(REVISION, at)
  writeTag(bytes, TAG.integrity, INTEGRITY_SEQUENCE, 88 + USE_SIZE)
  const end = Buffer.alloc(DESCRIPTOR_SIZE)
  writeTag(end, TAG.terminating, INTEGRITY_SEQUENCE + 1)
  return [
    { block: INTEGRITY_SEQUENCE, bytes: fromMemory(bytes) },
    { block: INTEGRITY_SEQUENCE + 1, bytes: fromMemory(end) },
  ]
}
