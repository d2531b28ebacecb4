import { type Bytes, concat, fromMemory } from '@bootwright/bytes'
import { IsoError } from '../errors.ts'
import type { Piece } from '../layout.ts'
import { BLOCK_SIZE, blocksFor } from '../structures/blocks.ts'
import type { FileNode, FolderNode } from '../structures/nodes.ts'
import { CHARSET, DOMAIN, IMPLEMENTATION, timestamp, writeLongAd } from './fields.ts'
import { TAG, writeTag } from './tag.ts'
import { dstring, encodeName } from './text.ts'
import { PARTITION_BLOCK } from './volume.ts'

/** Of a link there is no entry: neither Windows nor 7z reads those. */
type UdfNode = FolderNode | FileNode

/** UDF 1.02 3.2.1.1: the first that files may have; the root has 0. */
const FIRST_UNIQUE_ID = 16
/** ECMA-167 4/14.14.1.1: an extent is a whole number of blocks, less than 2^30 bytes. */
const EXTENT_LIMIT: number = 2 ** 30 - BLOCK_SIZE
/** ECMA-167 4/14.9. */
const FILE_ENTRY = {
  uid: 36,
  permissions: 44,
  links: 48,
  size: 56,
  blocks: 64,
  accessed: 72,
  written: 84,
  changed: 96,
  checkpoint: 108,
  implementation: 128,
  uniqueId: 160,
  descriptorsSize: 172,
  descriptors: 176,
} as const
/** ECMA-167 4/14.6.6. */
const KIND = { folder: 4, file: 5 } as const
/** ECMA-167 4/14.6.8: descriptors of 8 bytes. */
const SHORT_DESCRIPTORS = 0
/** ECMA-167 4/14.4. */
const IDENTIFIER = { version: 16, characteristics: 18, nameSize: 19, entry: 20, name: 38 } as const
const FOLDER = 0x02
const PARENT = 0x08
const NAME_LIMIT = 255

/** A node of the tree with its place: blocks of the partition. */
interface Placed {
  readonly node: UdfNode
  readonly uniqueId: number
  readonly entry: number
  /** Of a folder: where its identifiers are. */
  readonly data: number
  readonly identifiers: readonly { readonly node: UdfNode; readonly name: Buffer; readonly offset: number }[]
  /** Bytes of the identifiers. */
  readonly size: number
}

export interface UdfFiles {
  /** Block of the volume behind all. */
  readonly endBlock: number
  /** Of the partition. */
  readonly fileSet: number
  readonly files: number
  readonly folders: number
  readonly uniqueId: number
  /** To be called when every content has its place. */
  encode(): Piece[]
}

/** File set, file entries and folders, from a block of the volume on. Throws {@link IsoError} `NAME_TOO_LONG`. */
export function placeFiles(root: FolderNode, firstBlock: number, label: string, date: Date): UdfFiles {
  const placed = new Map<UdfNode, Placed>()
  const fileSet = firstBlock - PARTITION_BLOCK
  // Behind the file set descriptor and what ends its sequence.
  let block = fileSet + 2
  let folders = 0
  const waiting: UdfNode[] = [root]
  for (const node of waiting) {
    const entry = block++
    const { identifiers, size } = node.kind === 'folder' ? identifiersOf(node) : { identifiers: [], size: 0 }
    placed.set(node, {
      node,
      uniqueId: node === root ? 0 : FIRST_UNIQUE_ID + placed.size - 1,
      entry,
      data: block,
      identifiers,
      size,
    })
    if (node.kind !== 'folder') continue
    folders += 1
    block += blocksFor(size)
    waiting.push(...childrenOf(node))
  }
  return {
    endBlock: block + PARTITION_BLOCK,
    fileSet,
    files: placed.size - folders,
    folders,
    uniqueId: FIRST_UNIQUE_ID + placed.size - 1,
    encode() {
      const bytes: Bytes[] = [fileSetDescriptor(label, date, placed.get(root)!, fileSet), terminator(fileSet + 1)]
      for (const each of placed.values()) {
        bytes.push(fromMemory(fileEntry(each, date)))
        if (each.node.kind === 'folder') bytes.push(fromMemory(folderData(each, placed)))
      }
      return [{ block: firstBlock, bytes: concat(bytes) }]
    },
  }
}

const identifierSize = (name: Buffer): number => Math.ceil((IDENTIFIER.name + name.length) / 4) * 4

const childrenOf = ({ children }: FolderNode): UdfNode[] => children.filter(node => node.kind !== 'link')

function identifiersOf(folder: FolderNode): Pick<Placed, 'identifiers' | 'size'> {
  let offset = identifierSize(Buffer.alloc(0))
  const identifiers = childrenOf(folder).map(node => {
    const name = encodeName(node.name)
    if (name.length > NAME_LIMIT)
      throw new IsoError(
        'NAME_TOO_LONG',
        `"${node.path}" has a name of ${name.length} bytes in UDF; expected up to ${NAME_LIMIT}`,
        {
          path: node.path,
        },
      )
    const at = offset
    offset += identifierSize(name)
    return { node, name, offset: at }
  })
  return { identifiers, size: offset }
}

/** ECMA-167 4/14.1. */
function fileSetDescriptor(label: string, date: Date, root: Placed, block: number): Bytes {
  const bytes = Buffer.alloc(BLOCK_SIZE)
  timestamp(date).copy(bytes, 16)
  for (const at of [28, 30]) bytes.writeUInt16LE(3, at)
  for (const at of [32, 36]) bytes.writeUInt32LE(1, at)
  CHARSET.copy(bytes, 48)
  dstring(label, 128).copy(bytes, 112)
  CHARSET.copy(bytes, 240)
  dstring(label, 32).copy(bytes, 304)
  writeLongAd(bytes, 400, root.entry, BLOCK_SIZE)
  DOMAIN.copy(bytes, 416)
  writeTag(bytes, TAG.fileSet, block, 512)
  return fromMemory(bytes)
}

function terminator(block: number): Bytes {
  const bytes = Buffer.alloc(BLOCK_SIZE)
  writeTag(bytes, TAG.terminating, block, 512)
  return fromMemory(bytes)
}

function fileEntry({ node, uniqueId, entry, data, size }: Placed, date: Date): Buffer {
  const bytes = Buffer.alloc(BLOCK_SIZE)
  const length = node.kind === 'file' ? node.content.bytes.size : size
  const start = node.kind === 'file' ? node.content.block - PARTITION_BLOCK : data
  // ECMA-167 4/14.6, strategy 4: one direct entry.
  bytes.writeUInt16LE(4, 20)
  bytes.writeUInt16LE(1, 24)
  bytes[27] = KIND[node.kind]
  bytes.writeUInt16LE(SHORT_DESCRIPTORS, 34)
  bytes.writeUInt32LE(0, FILE_ENTRY.uid)
  bytes.writeUInt32LE(0, FILE_ENTRY.uid + 4)
  bytes.writeUInt32LE(permissions(node.mode), FILE_ENTRY.permissions)
  const links = node.kind === 'folder' ? 1 + node.children.filter(({ kind }) => kind === 'folder').length : 1
  bytes.writeUInt16LE(Math.min(links, 0xffff), FILE_ENTRY.links)
  bytes.writeBigUInt64LE(BigInt(length), FILE_ENTRY.size)
  bytes.writeBigUInt64LE(BigInt(blocksFor(length)), FILE_ENTRY.blocks)
  for (const at of [FILE_ENTRY.accessed, FILE_ENTRY.written, FILE_ENTRY.changed]) timestamp(date).copy(bytes, at)
  bytes.writeUInt32LE(1, FILE_ENTRY.checkpoint)
  IMPLEMENTATION.copy(bytes, FILE_ENTRY.implementation)
  bytes.writeBigUInt64LE(BigInt(uniqueId), FILE_ENTRY.uniqueId)
  let end: number = FILE_ENTRY.descriptors
  for (let done = 0; done < length; done += EXTENT_LIMIT) {
    if (end + 8 > BLOCK_SIZE)
      throw new IsoError('TOO_LARGE', `"${node.path}" has ${length} bytes; expected up to ${EXTENT_LIMIT * 234}`, {
        path: node.path,
      })
    bytes.writeUInt32LE(Math.min(EXTENT_LIMIT, length - done), end)
    bytes.writeUInt32LE(start + done / BLOCK_SIZE, end + 4)
    end += 8
  }
  bytes.writeUInt32LE(end - FILE_ENTRY.descriptors, FILE_ENTRY.descriptorsSize)
  writeTag(bytes, TAG.fileEntry, entry, end)
  return bytes
}

/** ECMA-167 4/14.9.5: execute, write, read for others, the group and the owner, five bits each. */
function permissions(mode: number): number {
  const three = (bits: number): number => ((bits & 4) === 0 ? 0 : 4) | (bits & 2) | ((bits & 1) === 0 ? 0 : 1)
  return three(mode & 7) | (three((mode >> 3) & 7) << 5) | (three((mode >> 6) & 7) << 10)
}

function folderData(
  { node, data, identifiers, size, entry, uniqueId }: Placed,
  placed: ReadonlyMap<UdfNode, Placed>,
): Buffer {
  const bytes = Buffer.alloc(blocksFor(size) * BLOCK_SIZE)
  const write = (
    offset: number,
    characteristics: number,
    name: Buffer,
    to: Pick<Placed, 'entry' | 'uniqueId'>,
  ): void => {
    const identifier = bytes.subarray(offset, offset + identifierSize(name))
    identifier.writeUInt16LE(1, IDENTIFIER.version)
    identifier[IDENTIFIER.characteristics] = characteristics
    identifier[IDENTIFIER.nameSize] = name.length
    writeLongAd(identifier, IDENTIFIER.entry, to.entry, BLOCK_SIZE, to.uniqueId)
    name.copy(identifier, IDENTIFIER.name)
    writeTag(identifier, TAG.fileIdentifier, data + Math.floor(offset / BLOCK_SIZE))
  }
  write(0, FOLDER | PARENT, Buffer.alloc(0), node.parent ? placed.get(node.parent)! : { entry, uniqueId })
  for (const { node: child, name, offset } of identifiers)
    write(offset, child.kind === 'folder' ? FOLDER : 0, name, placed.get(child)!)
  return bytes
}
