import { fromMemory } from '@bootwright/bytes'
import type { Piece } from '../layout.ts'
import type { IsoOptions } from '../options.ts'
import { blocksFor } from '../structures/blocks.ts'
import { openContinuationArea } from '../structures/continuation.ts'
import type { FolderNode } from '../structures/nodes.ts'
import { openRockRidge } from '../structures/rock-ridge.ts'
import { encodeFolder, type Folder, hierarchyOf, placeFolders } from './hierarchy.ts'
import { jolietNaming, primaryNaming } from './namings.ts'
import { encodePathTable, pathTableSize } from './path-table.ts'

/** What a volume descriptor says about its hierarchy. */
export interface HierarchyPlace {
  readonly pathTableSize: number
  readonly pathTableL: number
  readonly pathTableM: number
  readonly root: { readonly block: number; readonly size: number }
}

/** Path tables, directories and continuation areas: all that has names in it, in one run of blocks. */
export interface Metadata {
  readonly endBlock: number
  readonly primary: HierarchyPlace
  readonly joliet: HierarchyPlace
  /** To be called when every content has its place. */
  encode(): Piece[]
}

/** The run takes a multiple of so many blocks: a few names more do not move the files behind it. */
const ROOM_MULTIPLE = 16
export const roundUp = (blocks: number): number => Math.ceil(blocks / ROOM_MULTIPLE) * ROOM_MULTIPLE

export function metadataOf(root: FolderNode, firstBlock: number, { date, relaxedNames }: IsoOptions): Metadata {
  const area = openContinuationArea(firstBlock)
  const primaryFolders = hierarchyOf(root, primaryNaming(openRockRidge(area, date), relaxedNames ?? false))
  const jolietFolders = hierarchyOf(root, jolietNaming)
  const primary = placeHierarchy(primaryFolders, firstBlock + area.blocks)
  const joliet = placeHierarchy(jolietFolders, primary.endBlock)
  return {
    primary,
    joliet,
    endBlock: firstBlock + roundUp(joliet.endBlock - firstBlock),
    encode: () => [
      { block: firstBlock, bytes: fromMemory(area.encode()) },
      ...encodeHierarchy(primaryFolders, primary, date),
      ...encodeHierarchy(jolietFolders, joliet, date),
    ],
  }
}

function placeHierarchy(folders: readonly Folder[], block: number): HierarchyPlace & { endBlock: number } {
  const size = pathTableSize(folders)
  const pathTableM = block + blocksFor(size)
  const endBlock = placeFolders(folders, pathTableM + blocksFor(size))
  return { pathTableSize: size, pathTableL: block, pathTableM, root: folders[0]!, endBlock }
}

const encodeHierarchy = (folders: readonly Folder[], place: HierarchyPlace, date: Date): Piece[] => [
  { block: place.pathTableL, bytes: fromMemory(encodePathTable(folders, 'L')) },
  { block: place.pathTableM, bytes: fromMemory(encodePathTable(folders, 'M')) },
  ...folders.map(folder => ({ block: folder.block, bytes: fromMemory(encodeFolder(folder, date)) })),
]
