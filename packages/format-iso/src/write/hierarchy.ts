import { BLOCK_SIZE, blocksFor } from '../structures/blocks.ts'
import {
  encodeRecord,
  FLAG_DIRECTORY,
  FLAG_MULTI_EXTENT,
  recordSize,
  SECTION_LIMIT,
} from '../structures/directory-record.ts'
import type { FolderNode, Node } from '../structures/nodes.ts'

/** A child as one hierarchy writes it. */
export interface Identified {
  readonly node: Node
  readonly identifier: Uint8Array
}

/** What the primary and the Joliet hierarchy do differently. */
export interface Naming {
  /** The children of `folder` that this hierarchy has, in the order of ECMA-119 9.3. */
  children(folder: FolderNode): readonly Identified[]
  /** System use fields; none by default. */
  named?(node: Node, identifierLength: number): Uint8Array
  self?(folder: FolderNode): Uint8Array
  above?(folder: FolderNode): Uint8Array
}

interface Record extends Identified {
  readonly systemUse: Uint8Array
  readonly folder: Folder | undefined
}

/** A directory with its extent. `number` is its place in the path table, which starts at 1 (ECMA-119 9.4). */
export interface Folder {
  readonly identifier: Uint8Array
  readonly parent: Folder
  readonly number: number
  readonly records: readonly Record[]
  /** Bytes, a whole number of blocks. */
  readonly size: number
  block: number
}

const SELF = Uint8Array.of(0)
const ABOVE = Uint8Array.of(1)
const NOTHING = new Uint8Array(0)

/** Every directory, in the order of the path table: by level, then by parent, then by name (ECMA-119 6.9.1). */
export function hierarchyOf(root: FolderNode, naming: Naming): readonly Folder[] {
  type Growing = { -readonly [Key in keyof Folder]: Folder[Key] } & { node: FolderNode; records: Record[] }
  const begin = (node: FolderNode, identifier: Uint8Array, parent: Growing | undefined, number: number): Growing => {
    const folder = { node, identifier, number, records: [], size: 0, block: 0 } as unknown as Growing
    folder.parent = parent ?? folder
    return folder
  }
  const folders: Growing[] = [begin(root, SELF, undefined, 1)]
  for (const folder of folders) {
    const add = (record: Record): void => {
      folder.records.push(record)
    }
    const { node } = folder
    add({ node, identifier: SELF, systemUse: naming.self?.(node) ?? NOTHING, folder })
    const parentNode = node.parent ?? node
    add({ node: parentNode, identifier: ABOVE, systemUse: naming.above?.(node) ?? NOTHING, folder: folder.parent })
    for (const { node, identifier } of naming.children(folder.node)) {
      const systemUse = naming.named?.(node, identifier.length) ?? NOTHING
      const child = node.kind === 'folder' ? begin(node, identifier, folder, folders.length + 1) : undefined
      if (child) folders.push(child)
      add({ node, identifier, systemUse, folder: child })
    }
    folder.size = blocksFor(endOf(folder.records)) * BLOCK_SIZE
  }
  return folders
}

/** Gives each directory its extent, one after another from `block` on; returns the block after them. */
export function placeFolders(folders: readonly Folder[], block: number): number {
  let next = block
  for (const folder of folders) {
    folder.block = next
    next += folder.size / BLOCK_SIZE
  }
  return next
}

/** The directory's extent. Everything that it points to must have its place. */
export function encodeFolder(folder: Folder, date: Date): Buffer {
  const into = Buffer.alloc(folder.size)
  let position = 0
  for (const record of folder.records) {
    for (const section of sectionsOf(record)) {
      const encoded = encodeRecord({ ...record, ...section }, date)
      position = positionFor(encoded.length, position)
      encoded.copy(into, position)
      position += encoded.length
    }
  }
  return into
}

/** The extents of a file: more than one from 4 GiB on (ECMA-119 6.5.1). Each has a record of its own, with the same name. */
function* sectionsOf({ node, folder }: Record): Iterable<{ block: number; size: number; flags: number }> {
  if (folder) yield { block: folder.block, size: folder.size, flags: FLAG_DIRECTORY }
  else if (node.kind !== 'file') yield { block: 0, size: 0, flags: 0 }
  else {
    const { block, bytes } = node.content
    let done = 0
    for (; bytes.size - done > SECTION_LIMIT; done += SECTION_LIMIT)
      yield { block: block + done / BLOCK_SIZE, size: SECTION_LIMIT, flags: FLAG_MULTI_EXTENT }
    yield { block: bytes.size === 0 ? 0 : block + done / BLOCK_SIZE, size: bytes.size - done, flags: 0 }
  }
}

const sectionCount = ({ node }: Record): number =>
  node.kind === 'file' ? Math.max(1, Math.ceil(node.content.bytes.size / SECTION_LIMIT)) : 1

function endOf(records: readonly Record[]): number {
  let position = 0
  for (const record of records) {
    const size = recordSize(record)
    for (let count = sectionCount(record); count > 0; count -= 1) position = positionFor(size, position) + size
  }
  return position
}

/** No record crosses the end of a block (ECMA-119 6.8.1.1). */
const positionFor = (size: number, position: number): number =>
  (position % BLOCK_SIZE) + size > BLOCK_SIZE ? blocksFor(position) * BLOCK_SIZE : position
