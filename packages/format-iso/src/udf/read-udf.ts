import { type Bytes, type Entry, openReader, read, type Tree } from '@bootwright/bytes'
import { broken, IsoError } from '../errors.ts'
import { checkSafe } from '../read/read-names.ts'
import { openPartition, type Partition } from './partition.ts'
import type { FileEntry } from './read-file-entry.ts'
import { readVolume } from './read-volume.ts'
import { expectTag, TAG } from './tag.ts'
import { decodeName } from './text.ts'

export interface UdfImage {
  readonly label: string
  /** As `1.02`. */
  readonly revision: string
  /** Contents are ranges of the image. */
  readonly tree: Tree
}

const ENTRY_LIMIT = 4_000_000
/** All paths together, in characters, and one of them. */
const PATHS_LIMIT = 2 ** 28
const PATH_LIMIT = 4096
const FOLDER_LIMIT = 2 ** 28
/** Folders may share their bytes, so that their sum is no limit by itself. */
const FOLDERS_LIMIT = 2 ** 30
const LARGEST_LINK = 16_384
/** ECMA-167 4/14.4.3. */
const CHARACTERISTIC = { folder: 0x02, deleted: 0x04, parent: 0x08 } as const
const KIND = { folder: 4, file: 5, realTime: 249, link: 12 } as const

/**
 * Reads the folders of a UDF volume (1.02 to 2.01, one partition of an image): contents are not read. Throws {@link IsoError} `NOT_UDF` when there
 * is none, and others for what is broken, cyclic or of a kind that images of discs do not have.
 */
export async function readUdf(bytes: Bytes): Promise<UdfImage> {
  await using reader = openReader(bytes)
  const volume = await readVolume(reader)
  const partition = openPartition(bytes, reader, volume)
  const fileSet = await partition.block(volume.fileSet)
  expectTag(fileSet, partition.offset(volume.fileSet), 'file set descriptor', TAG.fileSet)
  const tree = await readTree(partition, fileSet.readUInt32LE(404))
  return { label: volume.label, revision: volume.revision, tree }
}
async function readTree(partition: Partition, root: number): Promise<Tree> {
  const tree = new Map<string, Entry>()
  const visited = new Set<number>([root])
  const folders = [{ path: '', block: root }]
  let pathCharacters = 0
  let folderBytes = 0
  for (const { path: folder, block } of folders) {
    const self = await folderEntry(partition, block, folder)
    folderBytes += self.size
    if (folderBytes > FOLDERS_LIMIT)
      throw broken('LIMIT', 'file entry', partition.offset(block), `the folders have more than ${FOLDERS_LIMIT} bytes`)
    for (const { name, target, isFolder, offset } of await childrenOf(partition, self, block, folder)) {
      checkSafe(name, offset)
      const path = folder === '' ? name : `${folder}/${name}`
      pathCharacters += path.length
      if (path.length > PATH_LIMIT || tree.size >= ENTRY_LIMIT || pathCharacters > PATHS_LIMIT)
        throw broken(
          'LIMIT',
          'file identifier descriptor',
          offset,
          `more than ${ENTRY_LIMIT} entries, or paths that are too long`,
        )
      if (tree.has(path))
        throw new IsoError('NAME_TWICE', `"${path}" is there already`, {
          path,
          structure: 'file identifier descriptor',
          offset,
        })
      const entry = await partition.entry(target)
      const mode = { mode: modeOf(entry.permissions) }
      if (isFolder !== (entry.kind === KIND.folder))
        throw broken(
          'UDF_FILE',
          'file identifier descriptor',
          offset,
          `"${path}" is a folder in one place and a file in another`,
        )
      if (isFolder) {
        if (visited.has(target))
          throw broken('DIRECTORY_CYCLE', 'file identifier descriptor', offset, `"${path}" is another folder, too`)
        visited.add(target)
        tree.set(path, { kind: 'folder', ...mode })
        folders.push({ path, block: target })
      } else if (entry.kind === KIND.link)
        tree.set(path, { kind: 'link', target: await linkTarget(partition, entry, path) })
      else if (entry.kind === KIND.file || entry.kind === KIND.realTime)
        tree.set(path, { kind: 'file', content: partition.content(entry, path), ...mode })
    }
  }
  return tree
}

interface Child {
  readonly name: string
  readonly target: number
  readonly isFolder: boolean
  readonly offset: number
}

async function folderEntry(partition: Partition, block: number, folder: string): Promise<FileEntry> {
  const entry = await partition.entry(block)
  if (entry.kind === KIND.folder && entry.size <= FOLDER_LIMIT) return entry
  throw broken(
    'UDF_FILE',
    'file entry',
    partition.offset(block),
    `"${folder}" is of kind ${entry.kind} with ${entry.size} bytes; expected a folder`,
  )
}

/** File identifier descriptors, ECMA-167 4/14.4. */
async function childrenOf(
  partition: Partition,
  entry: FileEntry,
  block: number,
  folder: string,
): Promise<readonly Child[]> {
  const data = Buffer.from(await read(partition.content(entry, folder)))
  const children: Child[] = []
  for (let at = 0; at + 38 <= data.length; ) {
    const place = partition.offset(entry.allocations[0]?.block ?? block) + at
    const nameSize = data[at + 19]!
    const useSize = data.readUInt16LE(at + 36)
    const size = Math.ceil((38 + useSize + nameSize) / 4) * 4
    expectTag(data.subarray(at, at + size), place, 'file identifier descriptor', TAG.fileIdentifier)
    const characteristics = data[at + 18]!
    if (!(characteristics & (CHARACTERISTIC.deleted | CHARACTERISTIC.parent))) {
      const name = decodeName(data.subarray(at + 38 + useSize, at + 38 + useSize + nameSize))
      if (name === undefined)
        throw broken('UDF_FILE', 'file identifier descriptor', place, 'its name is not compressed Unicode')
      children.push({
        name,
        target: data.readUInt32LE(at + 24),
        isFolder: (characteristics & CHARACTERISTIC.folder) !== 0,
        offset: place,
      })
    }
    at += size
  }
  return children
}

/** ECMA-167 4/14.9.5: execute, write, read for others, the group and the owner, five bits each. */
function modeOf(permissions: number): number {
  const three = (bits: number): number => (bits & 4) | (bits & 2) | (bits & 1)
  return three(permissions & 7) | (three((permissions >> 5) & 7) << 3) | (three((permissions >> 10) & 7) << 6)
}

/** ECMA-167 4/14.16. */
async function linkTarget(partition: Partition, entry: FileEntry, path: string): Promise<string> {
  if (entry.size > LARGEST_LINK) throw broken('UDF_FILE', 'file entry', 0, `the link "${path}" has ${entry.size} bytes`)
  const data = Buffer.from(await read(partition.content(entry, path)))
  const parts: string[] = []
  for (let at = 0; at + 4 <= data.length; at += 4 + data[at + 1]!) {
    const type = data[at]!
    if (type === 1 || type === 2) parts.push('')
    else if (type === 3) parts.push('..')
    else if (type === 4) parts.push('.')
    else parts.push(decodeName(data.subarray(at + 4, at + 4 + data[at + 1]!)) ?? '')
  }
  return parts.length === 1 && parts[0] === '' ? '/' : parts.join('/')
}
