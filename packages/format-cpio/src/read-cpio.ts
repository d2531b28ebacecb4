import {
  type Bytes,
  BytesError,
  type Entry,
  empty,
  openReader,
  type Reader,
  slice,
  sortTree,
  type Tree,
} from '@bootwright/bytes'
import { type CpioDevice, FILE_TYPE, FILE_TYPE_MASK, MAXIMUM_NAME_SIZE, PERMISSION_MASK, TRAILER } from './device.ts'
import { CpioError } from './error.ts'
import { alignUp, decodeHeader, HEADER_SIZE, type Header } from './header.ts'

/** A full distribution has half of this; an archive of nothing but headers shall not fill the memory. */
const MAXIMUM_ENTRIES = 1_000_000

export interface CpioArchive {
  /** Contents are slices of what was read. */
  readonly tree: Tree
  readonly devices: readonly CpioDevice[]
  /** Where the archive ends: behind its trailer. In an initramfs padding and another archive may follow. */
  readonly end: number
}

/**
 * Reads one uncompressed newc archive. As for the kernel, a later entry replaces an earlier one of the same name and hard links share
 * the content of the last. Throws {@link CpioError}.
 */
export async function readCpio(bytes: Bytes): Promise<CpioArchive> {
  await using reader = openReader(bytes)
  const tree = new Map<string, Entry>()
  const devices = new Map<string, CpioDevice>()
  const linked = new Map<string, { paths: string[]; content: Bytes }>()
  let offset = 0
  for (let count = 0; ; count += 1) {
    if (count > MAXIMUM_ENTRIES)
      throw new CpioError('CPIO_TOO_MANY', `more than ${MAXIMUM_ENTRIES} entries`, { offset })
    const { header, name, contentOffset } = await readHeader(reader, offset)
    const end = contentOffset + header.fileSize
    if (name === TRAILER) {
      shareContents(tree, linked)
      checkTree(tree)
      return { tree, devices: [...devices.values()], end: contentOffset }
    }
    if (end > bytes.size)
      throw new CpioError(
        'CPIO_TRUNCATED',
        `"${name}" has ${header.fileSize} bytes and the archive ends at ${bytes.size}`,
        { path: name, offset: contentOffset },
      )
    const path = pathOf(name, offset)
    if (path !== undefined) {
      const device = deviceOf(header, path)
      tree.delete(path)
      devices.delete(path)
      if (device) devices.set(path, device)
      else tree.set(path, await entryOf(header, path, slice(bytes, contentOffset, end), reader, contentOffset))
      if (header.links > 1 && typeOf(header) === FILE_TYPE.file) {
        const key = [header.deviceMajor, header.deviceMinor, header.ino].join()
        const group = linked.get(key) ?? { paths: [], content: empty }
        group.paths.push(path)
        linked.set(key, {
          paths: group.paths,
          content: header.fileSize > 0 ? slice(bytes, contentOffset, end) : group.content,
        })
      }
    }
    offset = alignUp(end)
  }
}

async function readHeader(
  reader: Reader,
  offset: number,
): Promise<{ header: Header; name: string; contentOffset: number }> {
  if (offset + HEADER_SIZE > reader.size)
    throw new CpioError('CPIO_TRUNCATED', `the archive ends at ${reader.size} without "${TRAILER}"`, { offset })
  const header = decodeHeader(await reader.read(offset, HEADER_SIZE), offset)
  const { nameSize } = header
  if (nameSize < 2 || nameSize > MAXIMUM_NAME_SIZE)
    throw new CpioError('CPIO_NAME', `a name of ${nameSize} bytes; expected 2 to ${MAXIMUM_NAME_SIZE}`, { offset })
  const nameOffset = offset + HEADER_SIZE
  if (nameOffset + nameSize > reader.size)
    throw new CpioError('CPIO_TRUNCATED', `a name of ${nameSize} bytes and the archive ends at ${reader.size}`, {
      offset: nameOffset,
    })
  const name = Buffer.from(await reader.read(nameOffset, nameSize))
  if (name.indexOf(0) !== nameSize - 1)
    throw new CpioError('CPIO_NAME', `the name ${JSON.stringify(name.toString())} is not ended by its only NUL`, {
      offset: nameOffset,
    })
  return { header, name: name.toString('utf8', 0, nameSize - 1), contentOffset: alignUp(nameOffset + nameSize) }
}

/** `find . | cpio` and others lead with `./` or `/`; the root itself is no entry of a tree. */
function pathOf(name: string, offset: number): string | undefined {
  const parts = name.split('/').filter(part => part !== '' && part !== '.')
  if (parts.includes('..'))
    throw new CpioError('CPIO_NAME', `"${name}" leads out of the archive`, { path: name, offset })
  return parts.length === 0 ? undefined : parts.join('/')
}

async function entryOf(header: Header, path: string, content: Bytes, reader: Reader, offset: number): Promise<Entry> {
  const mode = header.mode & PERMISSION_MASK
  const type = typeOf(header)
  if (type === FILE_TYPE.file) return { kind: 'file', content, mode }
  if (type === FILE_TYPE.folder) return { kind: 'folder', mode }
  if (type !== FILE_TYPE.link)
    throw new CpioError(
      'CPIO_KIND',
      `"${path}" has mode 0o${header.mode.toString(8)}; expected a file, folder, link or device`,
      { path, offset },
    )
  if (content.size === 0 || content.size >= MAXIMUM_NAME_SIZE)
    throw new CpioError(
      'CPIO_FIELD',
      `the link "${path}" has ${content.size} bytes; expected 1 to ${MAXIMUM_NAME_SIZE - 1}`,
      { path, offset },
    )
  return { kind: 'link', target: Buffer.from(await reader.read(offset, content.size)).toString() }
}

function deviceOf(header: Header, path: string): CpioDevice | undefined {
  const type = typeOf(header)
  const kind = type === FILE_TYPE.character ? 'character' : type === FILE_TYPE.block ? 'block' : undefined
  return kind && { path, kind, mode: header.mode & PERMISSION_MASK, major: header.nodeMajor, minor: header.nodeMinor }
}

const typeOf = (header: Header): number => header.mode & FILE_TYPE_MASK

function shareContents(
  tree: Map<string, Entry>,
  linked: ReadonlyMap<string, { paths: readonly string[]; content: Bytes }>,
): void {
  for (const { paths, content } of linked.values())
    for (const path of paths) {
      const entry = tree.get(path)
      if (entry?.kind === 'file') tree.set(path, { ...entry, content })
    }
}

function checkTree(tree: Tree): void {
  try {
    sortTree(tree)
  } catch (error) {
    if (error instanceof BytesError) throw new CpioError('CPIO_NAME', error.message)
    throw error
  }
}
