import {
  type Bytes,
  concat,
  type Entry,
  empty,
  fromMemory,
  padToMultiple,
  sortTree,
  type Tree,
} from '@bootwright/bytes'
import { type CpioDevice, FILE_TYPE, MAXIMUM_NAME_SIZE, PERMISSION_MASK, TRAILER } from './device.ts'
import { CpioError } from './error.ts'
import { alignUp, encodeHeader } from './header.ts'

const UINT32_MAX = 0xffffffff
/** What GNU cpio pads to; several archives may follow one another in an initramfs. */
const DEFAULT_ALIGN = 512
const CHANGE_ORDER = { rarely: 0, sometimes: 1, often: 2 } as const

export interface CpioOptions {
  /** The time stamp of every entry, in whole seconds; 1970-01-01 by default. */
  readonly date?: Date | undefined
  readonly devices?: readonly CpioDevice[] | undefined
  /** The size of the archive is a multiple of this; 512 by default. */
  readonly align?: number | undefined
}

/** What is written for an entry, apart from its name and number. */
interface Node {
  readonly mode: number
  readonly links: number
  readonly content: Bytes
  readonly nodeMajor: number
  readonly nodeMinor: number
}

/**
 * A newc archive of a tree: parents before children, files that change often last, everything owned by root, numbered from 1.
 * Throws {@link CpioError} for what the format cannot hold and `BytesError` `TREE_PATH` for what is no tree.
 */
export function planCpio(
  tree: Tree,
  { date = new Date(0), devices = [], align = DEFAULT_ALIGN }: CpioOptions = {},
): Bytes {
  const modified = Math.floor(date.getTime() / 1000)
  if (!(modified >= 0 && modified <= UINT32_MAX))
    throw new CpioError('CPIO_DATE', `the date is ${date}; expected one from 1970-01-01 to 2106-02-07`)
  const nodes = deviceNodes(tree, devices)
  const sorted = sortTree(
    new Map<string, Entry>([...tree, ...devices.map(({ path }) => [path, { kind: 'file', content: empty }] as const)]),
  )
  const parts: Bytes[] = []
  const common = { user: 0, group: 0, deviceMajor: 0, deviceMinor: 0, checksum: 0 }
  // Sorting is stable: what changes equally often stays in the order of the tree, and folders come before all files but the rarest.
  sorted.sort((a, b) => changeOrder(a.entry) - changeOrder(b.entry))
  sorted.forEach(({ path, entry }, index) => {
    const { content, ...fields } = nodes.get(path) ?? nodeOf(entry, path)
    checkNode(path, content)
    const header = encodeHeader({ ...common, ...fields, modified, ino: index + 1, fileSize: content.size }, path)
    parts.push(fromMemory(header), content, fromMemory(new Uint8Array(alignUp(content.size) - content.size)))
  })
  const trailer = { ...common, modified: 0, ino: 0, mode: 0, links: 1, fileSize: 0, nodeMajor: 0, nodeMinor: 0 }
  parts.push(fromMemory(encodeHeader(trailer, TRAILER)))
  return padToMultiple(concat(parts), align)
}

function nodeOf(entry: Entry, path: string): Node {
  const none = { nodeMajor: 0, nodeMinor: 0 }
  if (entry.kind === 'folder')
    return { ...none, mode: FILE_TYPE.folder | permissions(entry.mode ?? 0o755, path), links: 2, content: empty }
  if (entry.kind === 'link')
    return { ...none, mode: FILE_TYPE.link | 0o777, links: 1, content: fromMemory(entry.target) }
  return { ...none, mode: FILE_TYPE.file | permissions(entry.mode ?? 0o644, path), links: 1, content: entry.content }
}

function deviceNodes(tree: Tree, devices: readonly CpioDevice[]): ReadonlyMap<string, Node> {
  const nodes = new Map<string, Node>()
  for (const { path, kind, mode, major, minor } of devices) {
    if (tree.has(path) || nodes.has(path))
      throw new CpioError('CPIO_DEVICE', `"${path}" is a device and something else; expected one of them`, { path })
    const isNumber = [major, minor].every(number => Number.isInteger(number) && number >= 0 && number <= UINT32_MAX)
    if (!isNumber)
      throw new CpioError('CPIO_DEVICE', `"${path}" has device number ${major}:${minor}; expected whole numbers`, {
        path,
      })
    const type = FILE_TYPE[kind]
    nodes.set(path, {
      mode: type | permissions(mode, path),
      links: 1,
      content: empty,
      nodeMajor: major,
      nodeMinor: minor,
    })
  }
  return nodes
}

function permissions(mode: number, path: string): number {
  if (Number.isInteger(mode) && mode >= 0 && mode <= PERMISSION_MASK) return mode
  throw new CpioError('CPIO_FIELD', `"${path}" has mode ${mode}; expected permission bits from 0 to 0o7777`, { path })
}

function checkNode(path: string, content: Bytes): void {
  const nameSize = Buffer.byteLength(path) + 1
  if (nameSize > MAXIMUM_NAME_SIZE || path === TRAILER)
    throw new CpioError(
      'CPIO_NAME',
      `"${path}" has ${nameSize - 1} bytes; expected at most ${MAXIMUM_NAME_SIZE - 1} and not "${TRAILER}"`,
      { path },
    )
  if (content.size > UINT32_MAX)
    throw new CpioError(
      'CPIO_FILE_TOO_LARGE',
      `"${path}" has ${content.size} bytes; newc holds at most ${UINT32_MAX}`,
      { path },
    )
}

const changeOrder = (entry: Entry): number => (entry.kind === 'file' ? CHANGE_ORDER[entry.change ?? 'sometimes'] : 0)
