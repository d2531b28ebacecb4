import { type Bytes, concat, slice } from '@bootwright/bytes'
import { HEADER_SIZE } from '../structures/header.ts'
import { type LookupEntry, SOLID_RESOURCE_SIZE } from '../structures/lookup-table.ts'
import { RESOURCE_FLAG } from '../structures/resource-header.ts'

export interface Moved {
  /** From behind the header of the new WIM on. */
  readonly kept: Bytes
  /** The lines, with the new places, in the order that they were given. */
  readonly lines: readonly LookupEntry[]
}

/** Puts the resources of some lines behind one another, in the order of the WIM: views, nothing is read. They are all in part 1 now. */
export function moveResources(parts: readonly Bytes[], lines: readonly LookupEntry[]): Moved {
  const byPlace = lines
    .filter(line => !isInside(line))
    .sort((a, b) => a.part - b.part || a.resource.offset - b.resource.offset)
  const moved = new Map<LookupEntry, LookupEntry>()
  const pieces: Bytes[] = []
  let end = HEADER_SIZE
  for (const line of byPlace) {
    const { offset, sizeInWim } = line.resource
    pieces.push(slice(parts[line.part - 1]!, offset, offset + sizeInWim))
    moved.set(line, { ...line, part: 1, resource: { ...line.resource, offset: end } })
    end += sizeInWim
  }
  return { kept: concat(pieces), lines: lines.map(line => moved.get(line) ?? { ...line, part: 1 }) }
}

/** A blob of a solid resource has its place inside of that. */
export const isInside = ({ resource: { flags, size } }: LookupEntry): boolean =>
  (flags & RESOURCE_FLAG.solid) !== 0 && size !== SOLID_RESOURCE_SIZE
export const isSolidResource = ({ resource: { flags, size } }: LookupEntry): boolean =>
  (flags & RESOURCE_FLAG.solid) !== 0 && size === SOLID_RESOURCE_SIZE
export const isMetadata = ({ resource }: LookupEntry): boolean => (resource.flags & RESOURCE_FLAG.metadata) !== 0
