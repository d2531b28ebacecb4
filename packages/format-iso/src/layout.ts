import { type Bytes, concat, zeros } from '@bootwright/bytes'
import { IsoError } from './errors.ts'
import { BLOCK_SIZE, LAST_BLOCK } from './structures/blocks.ts'
import type { Content } from './structures/nodes.ts'

/** Gives each content its blocks, one after another from `block` on; returns the block after them. */
export function placeContents(contents: readonly Content[], block: number): number {
  let next = block
  for (const content of contents) {
    content.block = next
    next += content.blocks
  }
  return next
}

/** Throws {@link IsoError} `TOO_LARGE` for a volume whose last blocks have no number. */
export function checkVolumeSize(blocks: number): void {
  if (blocks > LAST_BLOCK)
    throw new IsoError(
      'TOO_LARGE',
      `the volume takes ${blocks * BLOCK_SIZE} bytes; ISO 9660 counts to ${LAST_BLOCK} blocks of ${BLOCK_SIZE}`,
    )
}

/** What begins at a block of the image. */
export interface Piece {
  readonly block: number
  readonly bytes: Bytes
}

/** The pieces, which are in order, with zeros between them and behind the last one up to `blocks`. */
export function assemble(pieces: readonly Piece[], blocks: number): Bytes {
  const parts: Bytes[] = []
  let position = 0
  const fillTo = (end: number): void => {
    parts.push(zeros(end - position))
    position = end
  }
  for (const { block, bytes } of pieces) {
    fillTo(block * BLOCK_SIZE)
    parts.push(bytes)
    position += bytes.size
  }
  fillTo(blocks * BLOCK_SIZE)
  return concat(parts)
}
