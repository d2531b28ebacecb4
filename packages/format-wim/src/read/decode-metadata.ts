import { WimError } from '../error.ts'
import { ALIGNMENT, aligned, DENTRY, SHA1_SIZE, STREAM } from '../structures/dentry.ts'
import { readSize } from '../structures/fields.ts'
import { FILE_ATTRIBUTE, type WimFile, type WimImageTree, type WimStream } from '../structures/image-tree.ts'

/** Enough for some million files. Bytes. */
export const METADATA_LIMIT: number = 1 << 29

/** Windows opens no longer path. UTF-16 code units. */
const PATH_LIMIT = 32_767
const NO_DIGEST = '0'.repeat(2 * SHA1_SIZE)

/** Reads a metadata resource: security descriptors, then the tree. Throws {@link WimError}: whatever is in it, reading ends. */
export function decodeMetadata(metadata: Uint8Array): WimImageTree {
  const bytes = Buffer.from(metadata.buffer, metadata.byteOffset, metadata.byteLength)
  const { security, end } = decodeSecurity(bytes)
  const root = decodeFile(bytes, end)
  if (!root) fail('there is no root', end)
  return { root: withChildren(bytes, root!), security }
}

const fail = (message: string, offset: number): never => {
  throw new WimError('WIM_FIELD', 'metadata', message, { offset })
}

/** `wim_security_data_disk`: whole length, count, the length of each, then the descriptors. */
function decodeSecurity(bytes: Buffer): { readonly security: readonly Uint8Array[]; readonly end: number } {
  if (bytes.length < 8) fail(`${bytes.length} bytes; expected at least 8`, 0)
  const length = bytes.readUInt32LE(0)
  const count = bytes.readUInt32LE(4)
  const security: Uint8Array[] = []
  let at = 8 + 8 * count
  if (at > bytes.length || length > bytes.length) fail(`${count} security descriptors in ${length} bytes`, 0)
  for (let index = 0; index < count; index++) {
    const size = readSize(bytes, 8 + 8 * index, 'metadata', 8 + 8 * index)
    if (size > bytes.length - at) fail(`a security descriptor of ${size} bytes`, 8 + 8 * index)
    security.push(Uint8Array.prototype.slice.call(bytes, at, at + size))
    at += size
  }
  // Some writers count 0 bytes when there are no descriptors.
  return { security, end: aligned(Math.max(length, at)) }
}

/** A file, where its children are, and where what follows it begins. */
interface Decoded {
  readonly file: WimFile
  readonly childrenOffset: number
  readonly end: number
}

interface Folder {
  readonly path: number
  readonly children: WimFile[]
  readonly offset: number
}

function withChildren(bytes: Buffer, { file: root, childrenOffset }: Decoded): WimFile {
  const seen = new Set<number>()
  // Lists of children do not share bytes: more files than fit are a list that is read twice.
  let room = Math.ceil(bytes.length / DENTRY.size)
  const waiting: Folder[] = []
  const enter = (file: WimFile, offset: number, path: number): WimFile => {
    if (offset === 0) return file
    if (seen.has(offset)) fail(`the children of "${file.name}" are those of another folder`, offset)
    seen.add(offset)
    const children: WimFile[] = []
    waiting.push({ path: path + file.name.length + 1, children, offset })
    return { ...file, children }
  }
  const top = enter(root, childrenOffset, 0)
  for (let folder = waiting.pop(); folder; folder = waiting.pop()) {
    for (let next = decodeFile(bytes, folder.offset); next; next = decodeFile(bytes, next.end)) {
      const { file } = next
      room -= 1
      if (room < 0) fail('folders share their files', folder.offset)
      if (/^\.{0,2}$/.test(file.name) || /[/\0]/.test(file.name) || folder.path + file.name.length > PATH_LIMIT)
        throw new WimError(
          'WIM_NAME',
          'metadata',
          `the name ${JSON.stringify(file.name.slice(0, 300))}, which no path can have, or its path is too long`,
          { offset: next.end },
        )
      folder.children.push(enter(file, next.childrenOffset, folder.path))
    }
  }
  return top
}

function decodeFile(bytes: Buffer, start: number): Decoded | undefined {
  if (start + ALIGNMENT > bytes.length) fail(`a file at ${start}; the metadata has ${bytes.length} bytes`, start)
  const length = aligned(readSize(bytes, start, 'metadata', start))
  if (length <= ALIGNMENT) return undefined
  if (length < DENTRY.size || start + length > bytes.length) fail(`a file of ${length} bytes`, start)
  const attributes = bytes.readUInt32LE(start + DENTRY.attributes)
  const nameSize = bytes.readUInt16LE(start + DENTRY.nameSize)
  const shortNameSize = bytes.readUInt16LE(start + DENTRY.shortNameSize)
  const nameEnd = start + DENTRY.size + (nameSize > 0 ? nameSize + 2 : 0)
  const shortNameEnd = nameEnd + (shortNameSize > 0 ? shortNameSize + 2 : 0)
  if (nameSize % 2 || shortNameSize % 2 || shortNameEnd > start + length)
    fail(`names of ${nameSize} and ${shortNameSize} bytes in a file of ${length}`, start + DENTRY.shortNameSize)
  const extraStart = aligned(shortNameEnd)
  const { streams, end } = decodeStreams(bytes, start + length, bytes.readUInt16LE(start + DENTRY.streamCount))
  const hasReparse = (attributes & FILE_ATTRIBUTE.reparsePoint) !== 0
  const reserved = bytes.readUInt32LE(start + DENTRY.reserved)
  const main = sha1At(bytes, start + DENTRY.sha1)
  const { reparse, ...contents } = assigned(attributes, main, streams)
  const file: WimFile = {
    name: bytes.toString('utf16le', start + DENTRY.size, start + DENTRY.size + nameSize),
    shortName: bytes.toString('utf16le', nameEnd, nameEnd + shortNameSize),
    attributes,
    securityId: bytes.readInt32LE(start + DENTRY.securityId),
    created: bytes.readBigUInt64LE(start + DENTRY.created),
    accessed: bytes.readBigUInt64LE(start + DENTRY.accessed),
    written: bytes.readBigUInt64LE(start + DENTRY.written),
    linkGroup: hasReparse ? 0n : bytes.readBigUInt64LE(start + DENTRY.linkGroup),
    ...contents,
    ...(hasReparse && {
      reparse: {
        tag: bytes.readUInt32LE(start + DENTRY.reparseTag),
        reserved: bytes.readUInt16LE(start + DENTRY.reparseReserved),
        flags: bytes.readUInt16LE(start + DENTRY.reparseFlags),
        sha1: reparse,
      },
    }),
    ...(extraStart < start + length && {
      extra: Uint8Array.prototype.slice.call(bytes, extraStart, start + length),
    }),
    ...(reserved > 0 && { reserved }),
  }
  return { file, childrenOffset: readSize(bytes, start + DENTRY.childrenOffset, 'metadata', start), end }
}

const sha1At = (bytes: Buffer, at: number): string | undefined => {
  const sha1 = bytes.toString('hex', at, at + SHA1_SIZE)
  return sha1 === NO_DIGEST ? undefined : sha1
}

function decodeStreams(
  bytes: Buffer,
  start: number,
  count: number,
): { readonly streams: readonly WimStream[]; readonly end: number } {
  const streams: WimStream[] = []
  let at = start
  for (let index = 0; index < count; index++) {
    if (at + STREAM.size > bytes.length) fail(`a stream at ${at}; the metadata has ${bytes.length} bytes`, at)
    const length = aligned(readSize(bytes, at, 'metadata', at))
    const nameSize = bytes.readUInt16LE(at + STREAM.nameSize)
    if (length < STREAM.size + nameSize || nameSize % 2 || at + length > bytes.length)
      fail(`a stream of ${length} bytes with a name of ${nameSize}`, at)
    const name = bytes.toString('utf16le', at + STREAM.size, at + STREAM.size + nameSize)
    streams.push({ name, sha1: sha1At(bytes, at + STREAM.sha1) })
    at += length
  }
  return { streams, end: at }
}

/** No field says what a stream without a name is: its place does (wimlib, dentry.c, `assign_stream_types_unencrypted`). */
function assigned(attributes: number, main: string | undefined, streams: readonly WimStream[]) {
  const named = streams.filter(({ name }) => name !== '')
  const unnamed = [...(main === undefined ? [] : [main]), ...streams.filter(({ name }) => name === '').map(s => s.sha1)]
  if (attributes & FILE_ATTRIBUTE.encrypted)
    return { encrypted: unnamed.find(sha1 => sha1 !== undefined), reparse: undefined }
  const reparse = attributes & FILE_ATTRIBUTE.reparsePoint ? unnamed.shift() : undefined
  const [sha1] = unnamed
  return { ...(sha1 !== undefined && { sha1 }), ...(named.length > 0 && { streams: named }), reparse }
}
