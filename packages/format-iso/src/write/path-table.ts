import { IsoError } from '../errors.ts'
import type { Folder } from './hierarchy.ts'

/** ECMA-119 9.4. */
const OFFSET = { identifierLength: 0, attributeBlocks: 1, block: 2, parent: 6, identifier: 8 } as const
/** The parent's number has 16 bits. */
const PARENT_LIMIT = 0xffff

const entrySize = (folder: Folder): number =>
  OFFSET.identifier + folder.identifier.length + (folder.identifier.length & 1)

/** Bytes; the same for both byte orders. Throws {@link IsoError} `TOO_MANY_FOLDERS`. */
export function pathTableSize(folders: readonly Folder[]): number {
  const parent = folders.at(-1)!.parent.number
  if (parent > PARENT_LIMIT)
    throw new IsoError(
      'TOO_MANY_FOLDERS',
      `found ${parent} folders that have folders in them or come before such; ISO 9660 counts to ${PARENT_LIMIT}`,
    )
  return folders.reduce((size, folder) => size + entrySize(folder), 0)
}

/** Type L has the least significant byte first, type M the most significant. */
export function encodePathTable(folders: readonly Folder[], type: 'L' | 'M'): Buffer {
  const into = Buffer.alloc(pathTableSize(folders))
  let position = 0
  for (const folder of folders) {
    into[position + OFFSET.identifierLength] = folder.identifier.length
    if (type === 'L') {
      into.writeUInt32LE(folder.block, position + OFFSET.block)
      into.writeUInt16LE(folder.parent.number, position + OFFSET.parent)
    } else {
      into.writeUInt32BE(folder.block, position + OFFSET.block)
      into.writeUInt16BE(folder.parent.number, position + OFFSET.parent)
    }
    into.set(folder.identifier, position + OFFSET.identifier)
    position += entrySize(folder)
  }
  return into
}
