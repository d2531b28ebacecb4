import type { Reader } from '@bootwright/bytes'
import { broken, IsoError } from '../errors.ts'
import { BLOCK_SIZE } from '../structures/blocks.ts'
import { ENTITY_IDENTIFIER } from './fields.ts'
import { TAG, tagOf } from './tag.ts'
import { decodeDstring } from './text.ts'

/** ECMA-167 3/8.4.2.1: places of the anchor; the last two are counted from the end. */
const ANCHORS = [256, -1, -257, 512] as const
/** A sequence of volume descriptors that goes on for ever is none. */
const SEQUENCE_LIMIT = 64

export interface Volume {
  readonly label: string
  readonly revision: string
  /** Block of the image, and how many there are. */
  readonly start: number
  readonly blocks: number
  readonly fileSet: number
}

/** Finds an anchor, and what the volume descriptors behind it say. Throws {@link IsoError}. */
export async function readVolume(reader: Reader): Promise<Volume> {
  const blocks = Math.floor(reader.size / BLOCK_SIZE)
  const block = async (number: number): Promise<Buffer> => {
    if (number < 0 || number >= blocks)
      throw broken('OUTSIDE', 'volume descriptor', number * BLOCK_SIZE, `the image ends at byte ${reader.size}`)
    return Buffer.from(await reader.read(number * BLOCK_SIZE, BLOCK_SIZE))
  }
  for (const place of ANCHORS) {
    const at = place < 0 ? blocks + place : place
    if (at < 0 || at >= blocks) continue
    const anchor = await block(at)
    if (tagOf(anchor) !== TAG.anchor) continue
    let partition: Buffer | undefined
    let logical: Buffer | undefined
    const first = anchor.readUInt32LE(20)
    const length = Math.min(SEQUENCE_LIMIT, Math.floor(anchor.readUInt32LE(16) / BLOCK_SIZE))
    for (let number = first; number < first + length; number++) {
      const descriptor = await block(number)
      const tag = tagOf(descriptor)
      if (tag === TAG.terminating) break
      if (tag === TAG.partition) partition ??= descriptor
      if (tag === TAG.logicalVolume) logical ??= descriptor
    }
    if (partition && logical) return volumeOf(partition, logical, first * BLOCK_SIZE)
    throw broken(
      'UDF_DESCRIPTOR',
      'volume descriptor sequence',
      first * BLOCK_SIZE,
      'it has no partition or no logical volume',
    )
  }
  throw new IsoError('NOT_UDF', 'there is no anchor of a UDF volume at block 256 or at the end')
}

function volumeOf(partition: Buffer, logical: Buffer, offset: number): Volume {
  const blockSize = logical.readUInt32LE(212)
  if (blockSize !== BLOCK_SIZE)
    throw broken(
      'UNSUPPORTED',
      'logical volume descriptor',
      offset,
      `blocks of ${blockSize} bytes; expected ${BLOCK_SIZE}`,
    )
  const domain = logical
    .toString('latin1', 216 + ENTITY_IDENTIFIER.start, 216 + ENTITY_IDENTIFIER.end)
    .replace(/\0+$/, '')
  const map = logical.subarray(440)
  if (domain !== '*OSTA UDF Compliant' || logical.readUInt32LE(268) !== 1 || map[0] !== 1)
    throw broken(
      'UNSUPPORTED',
      'logical volume descriptor',
      offset,
      `domain ${JSON.stringify(domain)}, ${logical.readUInt32LE(268)} partition maps of type ${map[0]}; expected UDF with one of type 1`,
    )
  const revision = logical.readUInt16LE(216 + ENTITY_IDENTIFIER.end)
  return {
    label: decodeDstring(logical.subarray(84, 212)),
    revision: `${revision >> 8}.${(revision & 0xff).toString(16).padStart(2, '0')}`,
    start: partition.readUInt32LE(188),
    blocks: partition.readUInt32LE(192),
    fileSet: logical.readUInt32LE(252),
  }
}
