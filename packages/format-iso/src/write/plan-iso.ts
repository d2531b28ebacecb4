import { type Bytes, fromMemory, overlay, type Patch, type Tree } from '@bootwright/bytes'
import { encodeBootCatalog } from '../boot/boot-catalog.ts'
import { type BootFile, bootFilesOf } from '../boot/boot-entries.ts'
import { withBootInfo } from '../boot/boot-info.ts'
import { HYBRID_END_BLOCKS, type Hybrid, hybridOf } from '../boot/hybrid.ts'
import { assemble, checkVolumeSize, type Piece, placeContents } from '../layout.ts'
import { isoLabel, jolietLabel } from '../names/labels.ts'
import type { IsoOptions } from '../options.ts'
import { BLOCK_SIZE, SECTOR_SIZE, SYSTEM_AREA_BLOCKS } from '../structures/blocks.ts'
import { checkDate } from '../structures/fields.ts'
import { type Content, type Nodes, nodesOf } from '../structures/nodes.ts'
import { encodeBootRecord, encodeTerminator, encodeVolumeDescriptor } from '../structures/volume-descriptor.ts'
import { placeFiles } from '../udf/files.ts'
import { ANCHOR_BLOCK, anchor, encodeVolume, PARTITION_BLOCK, RECOGNITION_BLOCKS, recognition } from '../udf/volume.ts'
import { type Metadata, metadataOf, roundUp } from './metadata.ts'

export interface IsoPlan {
  /** The image: a whole number of blocks of 2048 bytes. */
  readonly bytes: Bytes
  /** The label as the primary descriptor has it. */
  readonly label: string
  /** The label as the Joliet descriptor has it. */
  readonly jolietLabel: string
  /** Where each file is, in bytes from the start of the image; by path. A file without content is at 0. */
  readonly extents: readonly { readonly path: string; readonly offset: number; readonly size: number }[]
}

/**
 * Lays out an ISO 9660 volume with Joliet, Rock Ridge and El Torito. Reads nothing: the image holds the contents of `tree` as they are.
 * What changes rarely comes first and what changes often last, with all directories in between: two builds of nearly
 * the same medium differ in the descriptors, in the directories and from the first changed file on.
 * Throws {@link IsoError} for what no volume can hold, and `BytesError` `TREE_PATH` for a tree that is none.
 */
export function planIso(tree: Tree, options: IsoOptions): IsoPlan {
  checkDate(options.date)
  const entries = options.boot ?? []
  const nodes = nodesOf(tree, new Set(entries.flatMap(entry => (hasBootInfo(entry) ? [entry.path] : []))))
  const bootFiles = bootFilesOf(nodes, entries)

  const recognitionBlock = SYSTEM_AREA_BLOCKS + (bootFiles.length > 0 ? 4 : 3)
  const catalogBlock = recognitionBlock + (options.udf ? RECOGNITION_BLOCKS : 0)
  const catalogEnd = catalogBlock + (bootFiles.length > 0 ? 1 : 0)
  const [early, late] = ordered(nodes.contents)
  const metadataBlock = placeContents(early, options.udf ? PARTITION_BLOCK : catalogEnd)
  checkVolumeSize(metadataBlock)
  const metadata = metadataOf(nodes.root, metadataBlock, options)
  const udf = options.udf ? placeFiles(nodes.root, metadata.endBlock, options.label, options.date) : undefined
  const end = placeContents(late, udf ? roundUp(udf.endBlock) : metadata.endBlock)
  const hybrid = options.hybrid && hybridOf(options.hybrid, nodes, bootFiles)
  const blocks = end + tailBlocks(options, hybrid)
  checkVolumeSize(blocks)

  const pieces = [
    ...descriptors(options, metadata, blocks, bootFiles.length > 0 ? catalogBlock : undefined),
    ...(udf ? recognition(recognitionBlock) : []),
    ...catalog(bootFiles, catalogBlock),
    ...(udf ? encodeVolume({ ...options, ...udf, blocks: end - PARTITION_BLOCK }) : []),
    ...early.map(pieceOf),
    ...metadata.encode(),
    ...(udf ? udf.encode() : []),
    ...late.map(pieceOf),
    ...(udf ? [anchor(lastAnchor(blocks, hybrid))] : []),
  ]
  const volume = assemble(pieces, blocks)
  return {
    bytes: hybrid ? overlay(volume, patchesOf(hybrid, blocks)) : volume,
    label: isoLabel(options.label),
    jolietLabel: jolietLabel(options.label),
    extents: extentsOf(nodes),
  }
}

/** What comes behind the contents: the backup of a GPT, and UDF's second anchor, which is the last block or 256 before it. */
function tailBlocks({ udf }: IsoOptions, hybrid: Hybrid | undefined): number {
  if (!udf) return hybrid?.hasGpt ? HYBRID_END_BLOCKS : 0
  return hybrid?.hasGpt ? ANCHOR_BLOCK + 1 : 1
}
const lastAnchor = (blocks: number, hybrid: Hybrid | undefined): number =>
  hybrid?.hasGpt ? blocks - 1 - ANCHOR_BLOCK : blocks - 1

const hasBootInfo = (entry: NonNullable<IsoOptions['boot']>[number]): boolean =>
  entry.platform === 'bios' && entry.bootInfoTable === true

/** What takes blocks: contents before the directories and those behind them. */
function ordered(contents: readonly Content[]): [early: Content[], late: Content[]] {
  const of = (change: Content['change']): Content[] =>
    contents
      .filter(content => content.blocks > 0 && content.change === change)
      // A file that grows moves what lies behind it: that is little when large files come first.
      .sort((a, b) => b.blocks - a.blocks)
  return [[...of('rarely'), ...of('sometimes')], of('often')]
}

/** The volume descriptor set (ECMA-119 6.7.1); El Torito wants the boot record second. */
function descriptors(
  options: IsoOptions,
  metadata: Metadata,
  volumeBlocks: number,
  catalogBlock: number | undefined,
): Piece[] {
  const common = {
    publisher: options.publisher ?? '',
    application: options.application ?? '',
    date: options.date,
    volumeBlocks,
  }
  const set = [
    encodeVolumeDescriptor('primary', { ...common, label: isoLabel(options.label), ...metadata.primary }),
    ...(catalogBlock === undefined ? [] : [encodeBootRecord(catalogBlock)]),
    encodeVolumeDescriptor('joliet', { ...common, label: jolietLabel(options.label), ...metadata.joliet }),
    encodeTerminator(),
  ]
  return set.map((descriptor, index) => ({ block: SYSTEM_AREA_BLOCKS + index, bytes: fromMemory(descriptor) }))
}

function catalog(bootFiles: readonly BootFile[], block: number): Piece[] {
  if (bootFiles.length === 0) return []
  const entries = bootFiles.map(({ platform, sectors, content }) => ({ platform, sectors, block: content.block }))
  return [{ block, bytes: fromMemory(encodeBootCatalog(entries)) }]
}

const pieceOf = ({ block, bytes, hasBootInfo }: Content): Piece => ({
  block,
  bytes: hasBootInfo ? withBootInfo(bytes, block) : bytes,
})

function patchesOf(hybrid: Hybrid, blocks: number): Patch[] {
  const { mbr, gpt } = hybrid.encode(blocks)
  const patches = [{ offset: 0, bytes: fromMemory(mbr) }]
  if (!gpt) return patches
  return [
    ...patches,
    { offset: SECTOR_SIZE, bytes: gpt.primary },
    { offset: gpt.backupFirstSector * SECTOR_SIZE, bytes: gpt.backup },
  ]
}

function extentsOf(nodes: Nodes): IsoPlan['extents'] {
  return [...nodes.byPath.values()].flatMap(node =>
    node.kind === 'file'
      ? [{ path: node.path, offset: node.content.block * BLOCK_SIZE, size: node.content.bytes.size }]
      : [],
  )
}
