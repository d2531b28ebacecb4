import { ALIGNMENT, aligned, DENTRY, STREAM } from '../structures/dentry.ts'
import { FILE_ATTRIBUTE, type WimFile, type WimImageTree, type WimStream } from '../structures/image-tree.ts'

/**
 * A metadata resource. Lists of children come in the order of {@link walk}: the same tree, the same bytes. Names are at most 32,767 UTF-16
 * code units long.
 */
export function encodeMetadata({ root, security }: WimImageTree): Buffer {
  const securitySize = aligned(8 + security.reduce((sum, { length }) => sum + 8 + length, 0))
  const folders: { readonly file: WimFile; readonly offset: number }[] = []
  const offsets = new Map<WimFile, number>()
  // The root is a list of its own, and ends as one.
  let size = securitySize + sizeOf(root) + ALIGNMENT
  const waiting = [root]
  for (let file = waiting.pop(); file; file = waiting.pop()) {
    if (!file.children) continue
    offsets.set(file, size)
    folders.push({ file, offset: size })
    for (const child of file.children) size += sizeOf(child)
    size += ALIGNMENT
    for (let index = file.children.length - 1; index >= 0; index--) waiting.push(file.children[index]!)
  }
  const bytes = Buffer.alloc(size)
  encodeSecurity(security, securitySize, bytes)
  encodeFile(root, offsets.get(root) ?? 0, bytes, securitySize)
  for (const { file, offset } of folders) {
    let at = offset
    for (const child of file.children!) at = encodeFile(child, offsets.get(child) ?? 0, bytes, at)
  }
  return bytes
}

function encodeSecurity(security: readonly Uint8Array[], size: number, into: Buffer): void {
  into.writeUInt32LE(size, 0)
  into.writeUInt32LE(security.length, 4)
  let at = 8 + 8 * security.length
  for (const [index, descriptor] of security.entries()) {
    into.writeBigUInt64LE(BigInt(descriptor.length), 8 + 8 * index)
    into.set(descriptor, at)
    at += descriptor.length
  }
}

const nameSize = (name: string): number => (name === '' ? 0 : 2 * name.length + 2)
const fileSize = ({ name, shortName, extra }: WimFile): number =>
  aligned(DENTRY.size + nameSize(name) + nameSize(shortName)) + aligned(extra?.length ?? 0)
const streamSize = ({ name }: WimStream): number => aligned(STREAM.size + nameSize(name))
const sizeOf = (file: WimFile): number =>
  fileSize(file) + streamsOf(file).entries.reduce((sum, stream) => sum + streamSize(stream), 0)

/** What is behind the file, and the digest in it. With more than one stream all are behind it (wimlib, dentry.c, `write_dentry_streams`). */
function streamsOf(file: WimFile): { readonly main: string | undefined; readonly entries: readonly WimStream[] } {
  const { attributes, sha1, reparse, encrypted, streams = [] } = file
  if (attributes & FILE_ATTRIBUTE.encrypted) return { main: encrypted, entries: [] }
  const unnamed = [...(reparse ? [reparse.sha1] : []), ...(attributes & FILE_ATTRIBUTE.directory ? [] : [sha1])]
  if (streams.length === 0 && unnamed.length <= 1) return { main: unnamed[0], entries: [] }
  return { main: undefined, entries: [...unnamed.map(each => ({ name: '', sha1: each })), ...streams] }
}

/** Returns where the next begins. */
function encodeFile(file: WimFile, childrenOffset: number, into: Buffer, start: number): number {
  const { name, shortName, reparse, extra } = file
  const length = fileSize(file)
  const { main, entries } = streamsOf(file)
  into.writeBigUInt64LE(BigInt(length), start)
  into.writeUInt32LE(file.attributes, start + DENTRY.attributes)
  into.writeInt32LE(file.securityId, start + DENTRY.securityId)
  into.writeBigUInt64LE(BigInt(childrenOffset), start + DENTRY.childrenOffset)
  into.writeBigUInt64LE(file.created, start + DENTRY.created)
  into.writeBigUInt64LE(file.accessed, start + DENTRY.accessed)
  into.writeBigUInt64LE(file.written, start + DENTRY.written)
  if (main !== undefined) into.write(main, start + DENTRY.sha1, 'hex')
  into.writeUInt32LE(file.reserved ?? 0, start + DENTRY.reserved)
  if (reparse) {
    into.writeUInt32LE(reparse.tag, start + DENTRY.reparseTag)
    into.writeUInt16LE(reparse.reserved, start + DENTRY.reparseReserved)
    into.writeUInt16LE(reparse.flags, start + DENTRY.reparseFlags)
  } else into.writeBigUInt64LE(file.linkGroup, start + DENTRY.linkGroup)
  into.writeUInt16LE(entries.length, start + DENTRY.streamCount)
  into.writeUInt16LE(2 * shortName.length, start + DENTRY.shortNameSize)
  into.writeUInt16LE(2 * name.length, start + DENTRY.nameSize)
  into.write(name, start + DENTRY.size, 'utf16le')
  into.write(shortName, start + DENTRY.size + nameSize(name), 'utf16le')
  if (extra) into.set(extra, start + aligned(DENTRY.size + nameSize(name) + nameSize(shortName)))
  let at = start + length
  for (const stream of entries) {
    into.writeBigUInt64LE(BigInt(streamSize(stream)), at)
    if (stream.sha1 !== undefined) into.write(stream.sha1, at + STREAM.sha1, 'hex')
    into.writeUInt16LE(2 * stream.name.length, at + STREAM.nameSize)
    into.write(stream.name, at + STREAM.size, 'utf16le')
    at += streamSize(stream)
  }
  return at
}
