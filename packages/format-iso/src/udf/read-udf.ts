import {
  type Bytes,
  concat,
  type Entry,
  openReader,
  type Reader,
  read,
  slice,
  type Tree,
  zeros,
} from '@bootwright/bytes'
import { BLOCK_SIZE } from '../blocks.ts'
import { broken, IsoError } from '../errors.ts'
import { checkSafe } from '../read-names.ts'
import { ENTITY_IDENTIFIER } from './fields.ts'
import { type Allocation, decodeFileEntry, type FileEntry } from './read-file-entry.ts'
import { expectTag, TAG, tagOf } from './tag.ts'
import { decodeDstring, decodeName } from './text.ts'

export interface UdfImage {
  readonly label: string
  /** As `1.02`. */
  readonly revision: string
  /** Contents are ranges of the image. */
  readonly tree: Tree
}

/** ECMA-167 3/8.4.2.1: places of the anchor; the last two are counted from the end. */
const ANCHORS = [256, -1, -257, 512] as const
/** A sequence of volume descriptors that goes on for ever is none. */
const SEQUENCE_LIMIT = 64
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

interface Volume {
  readonly label: string
  readonly revision: string
  /** Block of the image, and how many there are. */
  readonly start: number
  readonly blocks: number
  readonly fileSet: number
}

async function readVolume(reader: Reader): Promise<Volume> {
  const blocks = Math.floor(reader.size / BLOCK_SIZE)
  const block = async (number: number): Promise<Buffer> => {
    if (number < 0 || number >= blocks)
      throw broken('OUTSIDE', 'volume descriptor', number * BLOCK_SIZE, `the image ends at byte ${reader.size}`)
    return Buffer.from(await reader.read(number * BLOCK_SIZE, BLOCK_SIZE))
  }
  for (const place of ANCHORS) {
    const at = place < 0 ? blocks + place : place
    if (at < 0 || at >= blocks) continue
    const anchor = await block(at)
    if (tagOf(anchor) !== TAG.anchor) continue
    let partition: Buffer | undefined
    let logical: Buffer | undefined
    const first = anchor.readUInt32LE(20)
    const length = Math.min(SEQUENCE_LIMIT, Math.floor(anchor.readUInt32LE(16) / BLOCK_SIZE))
    for (let number = first; number < first + length; number++) {
      const descriptor = await block(number)
      const tag = tagOf(descriptor)
      if (tag === TAG.terminating) break
      if (tag === TAG.partition) partition ??= descriptor
      if (tag === TAG.logicalVolume) logical ??= descriptor
    }
    if (partition && logical) return volumeOf(partition, logical, first * BLOCK_SIZE)
    throw broken(
      'UDF_DESCRIPTOR',
      'volume descriptor sequence',
      first * BLOCK_SIZE,
      'it has no partition or no logical volume',
    )
  }
  throw new IsoError('NOT_UDF', 'there is no anchor of a UDF volume at block 256 or at the end')
}

function volumeOf(partition: Buffer, logical: Buffer, offset: number): Volume {
  const blockSize = logical.readUInt32LE(212)
  if (blockSize !== BLOCK_SIZE)
    throw broken(
      'UNSUPPORTED',
      'logical volume descriptor',
      offset,
      `blocks of ${blockSize} bytes; expected ${BLOCK_SIZE}`,
    )
  const domain = logical
    .toString('latin1', 216 + ENTITY_IDENTIFIER.start, 216 + ENTITY_IDENTIFIER.end)
    .replace(/\0+$/, '')
  const map = logical.subarray(440)
  if (domain !== '*OSTA UDF Compliant' || logical.readUInt32LE(268) !== 1 || map[0] !== 1)
    throw broken(
      'UNSUPPORTED',
      'logical volume descriptor',
      offset,
      `domain ${JSON.stringify(domain)}, ${logical.readUInt32LE(268)} partition maps of type ${map[0]}; expected UDF with one of type 1`,
    )
  const revision = logical.readUInt16LE(216 + ENTITY_IDENTIFIER.end)
  return {
    label: decodeDstring(logical.subarray(84, 212)),
    revision: `${revision >> 8}.${(revision & 0xff).toString(16).padStart(2, '0')}`,
    start: partition.readUInt32LE(188),
    blocks: partition.readUInt32LE(192),
    fileSet: logical.readUInt32LE(252),
  }
}

interface Partition {
  /** Byte of the image. */
  offset(block: number): number
  /** Throws {@link IsoError} `OUTSIDE`. */
  block(number: number): Promise<Buffer>
  content(entry: FileEntry, path: string): Bytes
  /** The file entry at a block, with all its extents. */
  entry(block: number): Promise<FileEntry>
}

function openPartition(bytes: Bytes, reader: Reader, { start, blocks }: Volume): Partition {
  const offset = (block: number): number => (start + block) * BLOCK_SIZE
  const block = async (number: number): Promise<Buffer> => {
    if (number >= blocks || offset(number) + BLOCK_SIZE > bytes.size)
      throw broken(
        'OUTSIDE',
        'block of the partition',
        offset(number),
        `the partition has ${blocks}, the image ends at byte ${bytes.size}`,
      )
    return Buffer.from(await reader.read(offset(number), BLOCK_SIZE))
  }
  return {
    offset,
    block,
    content({ size, embedded, allocations }, path) {
      if (embedded) return embedded
      const parts: Bytes[] = []
      let done = 0
      for (const { block: first, length, isRecorded } of allocations) {
        const used = Math.min(length, size - done)
        done += used
        if (!isRecorded) parts.push(zeros(used))
        else if (offset(first) + used > bytes.size || first + Math.ceil(used / BLOCK_SIZE) > blocks)
          throw broken(
            'OUTSIDE',
            'file entry',
            offset(first),
            `"${path}" ends at byte ${offset(first) + used}, outside of the partition`,
          )
        else parts.push(slice(bytes, offset(first), offset(first) + used))
      }
      if (done < size)
        throw broken('UDF_FILE', 'file entry', 0, `"${path}" has ${size} bytes; its extents have ${done}`)
      return concat(parts)
    },
    async entry(number) {
      const place = offset(number)
      const entry = decodeFileEntry(await block(number), place)
      const allocations: Allocation[] = [...entry.allocations]
      // Descriptors may go on elsewhere, but not for ever.
      for (let next = entry.next, steps = 0; next !== undefined; steps++) {
        if (steps > SEQUENCE_LIMIT * SEQUENCE_LIMIT)
          throw broken('LIMIT', 'file entry', place, 'its extents go on for ever')
        const more = entry.more(await block(next), offset(next))
        allocations.push(...more.allocations)
        next = more.next
      }
      return { ...entry, allocations }
    },
  }
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
