import { type Bytes, concat, type Entry, type Reader, slice, type Tree } from '@bootwright/bytes'
import { broken, IsoError } from '../errors.ts'
import { BLOCK_SIZE } from '../structures/blocks.ts'
import {
  FLAG_ASSOCIATED,
  FLAG_DIRECTORY,
  FLAG_MULTI_EXTENT,
  type ReadDirectoryRecord,
} from '../structures/directory-record.ts'
import { type PlacedRecord, readDirectory } from './read-directory.ts'
import { checkSafe } from './read-names.ts'
import { type Attributes, attributesOf } from './read-rock-ridge.ts'
import { readSystemUse } from './read-system-use.ts'

/** A run of bytes of the image. */
export interface Extent {
  readonly offset: number
  readonly size: number
}

export interface ReadTree {
  readonly tree: Tree
  readonly extents: ReadonlyMap<string, readonly Extent[]>
  readonly special: readonly string[]
}

/** How to read the names of one hierarchy. */
export interface Hierarchy {
  readonly root: ReadDirectoryRecord
  nameOf(identifier: Buffer): string
  /** Bytes to skip in each system use field; nothing when they are not to be read. */
  readonly skippedBytes: number | undefined
}

/** Lying volumes must not use up the memory: larger than any real one, and read in under a minute. */
const ENTRY_LIMIT = 4_000_000
/** Directories may overlap each other, so that their sum is no limit by itself. */
const DIRECTORY_BYTES_LIMIT = 2 ** 30
/** PATH_MAX of Linux, in characters: nothing deeper can be opened. */
const PATH_LIMIT = 4096
/** All paths together, in characters. */
const PATHS_LIMIT = 2 ** 29

/** Every entry below the root. Throws {@link IsoError} for whatever is broken, cyclic or beyond the limits. */
export async function readTree(bytes: Bytes, reader: Reader, hierarchy: Hierarchy): Promise<ReadTree> {
  const tree = new Map<string, Entry>()
  const extents = new Map<string, Extent[]>()
  const special: string[] = []
  const visited = new Set<number>()
  let directoryBytes = 0
  let pathCharacters = 0
  const folders = [
    { path: '', record: hierarchy.root as Pick<PlacedRecord, 'block' | 'size' | 'attributeBlocks'>, offset: 0 },
  ]

  for (const { path, record, offset } of folders) {
    if (visited.has(record.block))
      throw broken(
        'DIRECTORY_CYCLE',
        'directory record',
        offset,
        `"${path}" is at block ${record.block}, where another directory is`,
      )
    visited.add(record.block)
    directoryBytes += record.size
    if (directoryBytes > DIRECTORY_BYTES_LIMIT)
      throw broken('LIMIT', 'directory record', offset, `the directories have more than ${DIRECTORY_BYTES_LIMIT} bytes`)

    for await (const child of childrenOf(reader, record, hierarchy)) {
      const { record, attributes } = child
      checkSafe(child.name, record.offset)
      const childPath = path === '' ? child.name : `${path}/${child.name}`
      if (childPath.length > PATH_LIMIT)
        throw broken(
          'LIMIT',
          'directory record',
          record.offset,
          `its path has ${childPath.length} characters; expected up to ${PATH_LIMIT}`,
        )
      if (tree.has(childPath))
        throw new IsoError('NAME_TWICE', `directory record at byte ${record.offset}: "${childPath}" is there already`, {
          path: childPath,
          structure: 'directory record',
          offset: record.offset,
        })
      pathCharacters += childPath.length
      if (tree.size >= ENTRY_LIMIT || pathCharacters > PATHS_LIMIT)
        throw broken(
          'LIMIT',
          'directory record',
          record.offset,
          `there are more than ${ENTRY_LIMIT} entries or ${PATHS_LIMIT} characters of paths`,
        )

      const mode = attributes?.mode === undefined ? {} : { mode: attributes.mode }
      if (attributes?.relocatedTo !== undefined || record.flags & FLAG_DIRECTORY) {
        const folder = attributes?.relocatedTo === undefined ? record : await relocated(reader, attributes.relocatedTo)
        tree.set(childPath, { kind: 'folder', ...mode })
        folders.push({ path: childPath, record: folder, offset: record.offset })
      } else if (attributes?.kind === 'link') tree.set(childPath, { kind: 'link', target: attributes.target ?? '' })
      else if (attributes?.kind === 'special') special.push(childPath)
      else {
        if (attributes?.isCompressed)
          throw broken(
            'UNSUPPORTED',
            'system use field ZF',
            record.offset,
            `"${childPath}" is compressed (zisofs); expected content as it is`,
          )
        const sections = child.sections.map(section => extentOf(bytes, section))
        tree.set(childPath, { kind: 'file', content: contentOf(bytes, sections), ...mode })
        extents.set(childPath, sections)
      }
    }
  }
  return { tree, extents, special }
}

interface Child {
  readonly name: string
  /** The first of the sections. */
  readonly record: PlacedRecord
  readonly sections: readonly PlacedRecord[]
  readonly attributes: Attributes | undefined
}

/** What a folder shows: one child for all sections of a file, without associated files and what was relocated to there. */
async function* childrenOf(
  reader: Reader,
  folder: Pick<PlacedRecord, 'block' | 'size' | 'attributeBlocks'>,
  hierarchy: Hierarchy,
): AsyncGenerator<Child> {
  let sections: PlacedRecord[] = []
  for await (const record of readDirectory(reader, folder)) {
    if (isSelfOrAbove(record) || record.flags & FLAG_ASSOCIATED) continue
    sections.push(record)
    if (record.flags & FLAG_MULTI_EXTENT) continue
    const first = sections[0]!
    const attributes = await rockRidgeOf(reader, first, hierarchy)
    const child = {
      name: attributes?.name ?? hierarchy.nameOf(first.identifier as Buffer),
      record: first,
      sections,
      attributes,
    }
    sections = []
    if (!attributes?.isRelocated) yield child
  }
  const open = sections[0]
  if (open) throw broken('DIRECTORY_RECORD', 'directory record', open.offset, 'the last section of its file is missing')
}

const isSelfOrAbove = ({ identifier }: PlacedRecord): boolean => identifier.length === 1 && identifier[0]! <= 1

async function rockRidgeOf(
  reader: Reader,
  record: PlacedRecord,
  { skippedBytes }: Hierarchy,
): Promise<Attributes | undefined> {
  if (skippedBytes === undefined) return undefined
  return attributesOf(
    await readSystemUse(
      reader,
      (record.systemUse as Buffer).subarray(skippedBytes),
      record.systemUseOffset + skippedBytes,
    ),
  )
}

/** The directory at `block`: its first record, which stands for itself, says how large it is. */
async function relocated(reader: Reader, block: number): Promise<PlacedRecord> {
  for await (const self of readDirectory(reader, { block, size: BLOCK_SIZE, attributeBlocks: 0 }))
    return { ...self, block, attributeBlocks: 0 }
  throw broken('DIRECTORY_RECORD', 'relocated directory', block * BLOCK_SIZE, 'it has no records')
}

function extentOf(bytes: Bytes, record: PlacedRecord): Extent {
  const offset = (record.block + record.attributeBlocks) * BLOCK_SIZE
  if (record.isInterleaved)
    throw broken(
      'UNSUPPORTED',
      'directory record',
      record.offset,
      'its file is interleaved; expected one that is in one piece',
    )
  if (record.size > 0 && offset + record.size > bytes.size)
    throw broken(
      'OUTSIDE',
      'directory record',
      record.offset,
      `its file ends at byte ${offset + record.size} and the image at byte ${bytes.size}`,
    )
  return { offset: record.size > 0 ? offset : 0, size: record.size }
}

const contentOf = (bytes: Bytes, sections: readonly Extent[]): Bytes =>
  concat(sections.map(({ offset, size }) => slice(bytes, offset, offset + size)))
