import { createHash } from 'node:crypto'
import { WimError } from '../error.ts'
import type { Wim } from '../read/read-wim.ts'
import { HEADER_FLAG, HEADER_SIZE } from '../structures/header.ts'
import { type LookupEntry, lookupTable } from '../structures/lookup-table.ts'
import { copyXml, encodeXml } from '../structures/xml.ts'
import { assemble, type WimPlan } from './assemble.ts'
import { isInside, isMetadata, isSolidResource, moveResources } from './move-resources.ts'

/**
 * The parts of a split WIM (.swm), each of at most `partSize` bytes; the images' metadata are in the first. Views: nothing is read. Throws
 * {@link WimError} `WIM_TOO_LARGE` for a blob that fits into no part, and `WIM_PARTS` for a WIM that is split already or solid.
 */
export async function splitWim(wim: Wim, partSize: number): Promise<readonly WimPlan[]> {
  const { header, lines, parts } = wim
  if (parts.length > 1) throw new WimError('WIM_PARTS', 'header', 'it is split already; join its parts first')
  if (lines.some(line => isSolidResource(line) || isInside(line)))
    throw new WimError('WIM_PARTS', 'lookup table', 'a solid WIM cannot be split: Windows reads no such parts')
  const room = partSize - HEADER_SIZE - encodeXml(wim.xml.document).length
  const groups = pack(lines, room, partSize)
  const guid = createHash('sha1').update(`${header.guid} ${partSize}`).digest('hex').slice(0, 32)
  const flags = groups.length > 1 ? header.flags | HEADER_FLAG.spanned : header.flags
  return await Promise.all(
    groups.map(async (group, index) => {
      const moved = moveResources(parts, group)
      const number = index + 1
      return await assemble({
        header: { ...header, flags },
        kept: moved.kept,
        keptEntries: moved.lines.filter(line => !isMetadata(line)).map(line => ({ ...line, part: number })),
        images: moved.lines.filter(isMetadata),
        blobs: [],
        xml: copyXml(wim.xml.document),
        set: { part: number, parts: groups.length, guid, imageCount: header.imageCount },
      })
    }),
  )
}

/** Metadata first, then what is there in its order: a part is closed when the next does not fit. */
function pack(lines: readonly LookupEntry[], room: number, partSize: number): LookupEntry[][] {
  const costOf = ({ resource }: LookupEntry): number => resource.sizeInWim + lookupTable.entrySize
  const metadata = lines.filter(isMetadata)
  const blobs = lines.filter(line => !isMetadata(line)).sort((a, b) => a.resource.offset - b.resource.offset)
  const groups: LookupEntry[][] = [[]]
  let left = room
  for (const line of [...metadata, ...blobs]) {
    const cost = costOf(line)
    if (cost > left && !isMetadata(line)) {
      groups.push([])
      left = room
    }
    if (cost > left)
      throw new WimError(
        'WIM_TOO_LARGE',
        isMetadata(line) ? 'metadata' : 'blob',
        `${line.resource.sizeInWim} bytes cannot be cut, and a part has ${partSize}; make parts larger`,
        { offset: line.resource.offset },
      )
    groups.at(-1)!.push(line)
    left -= cost
  }
  return groups
}
