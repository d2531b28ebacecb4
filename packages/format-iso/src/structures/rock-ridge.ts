import type { ContinuationArea } from './continuation.ts'
import { shortDate } from './fields.ts'
import type { FolderNode, Node } from './nodes.ts'
import { encodeEr, encodeNm, encodePx, encodeSl, encodeSp, encodeTf } from './susp.ts'

/** POSIX types of file, as PX keeps them. */
export const TYPE_MASK = 0o170000
export const TYPE_FOLDER = 0o040000
export const TYPE_FILE = 0o100000
export const TYPE_LINK = 0o120000
const PERMISSION_MASK = 0o7777

/** Writes system use fields for the records of the primary hierarchy, each into `room` bytes. */
export interface RockRidge {
  named(node: Node, room: number): Uint8Array
  /** The first record of a folder, which stands for itself. */
  self(folder: FolderNode, room: number): Uint8Array
  /** The second record of a folder, which stands for the one above. */
  above(folder: FolderNode, room: number): Uint8Array
}

export function openRockRidge(area: ContinuationArea, date: Date): RockRidge {
  const times = encodeTf(shortDate(date))
  const attributes = (node: Node): Buffer[] => [encodePx(...modeAndLinks(node)), times]
  return {
    named: (node, room) => {
      const link = node.kind === 'link' ? encodeSl(node.target) : []
      return area.place([...attributes(node), ...encodeNm(Buffer.from(node.name)), ...link], room)
    },
    self: (folder, room) =>
      area.place(folder.parent ? attributes(folder) : [encodeSp(), ...attributes(folder), encodeEr()], room),
    above: (folder, room) => area.place(attributes(folder.parent ?? folder), room),
  }
}

function modeAndLinks(node: Node): [mode: number, links: number] {
  if (node.kind === 'link') return [TYPE_LINK | 0o777, 1]
  if (node.kind === 'file') return [TYPE_FILE | (node.mode & PERMISSION_MASK), 1]
  const folders = node.children.filter(child => child.kind === 'folder').length
  return [TYPE_FOLDER | (node.mode & PERMISSION_MASK), folders + 2]
}
