import { type Bytes, fromMemory } from '@bootwright/bytes'

/** IO_REPARSE_TAG_SYMLINK ([MS-FSCC] 2.1.2.1). */
export const SYMBOLIC_LINK = 0xa000000c
/** [MS-FSCC] 2.1.2.4, behind the header: two names by offset and length, then flags, then the names. */
const FIELD = { substituteOffset: 0, substituteLength: 2, printOffset: 4, printLength: 6, flags: 8, names: 12 } as const
const RELATIVE = 1
/** Where absolute paths of other systems begin on Windows, as wimlib has it, and how much of that is not for people. */
const ROOT = '\\??\\C:'
const HIDDEN = '\\??\\'.length

/** Reparse data of a symbolic link. `target` has `/` between names; one that begins with it is absolute. */
export function encodeSymbolicLink(target: string): Bytes {
  const isAbsolute = target.startsWith('/')
  // Both ways, so that a name with `\` in it comes out again.
  const path = target.replaceAll(/[/\\]/g, separator => (separator === '/' ? '\\' : '/'))
  const substitute = Buffer.from(isAbsolute ? ROOT + path : path, 'utf16le')
  const print = isAbsolute ? substitute.subarray(2 * HIDDEN) : substitute
  const bytes = Buffer.alloc(FIELD.names + substitute.length + print.length)
  bytes.writeUInt16LE(0, FIELD.substituteOffset)
  bytes.writeUInt16LE(substitute.length, FIELD.substituteLength)
  bytes.writeUInt16LE(substitute.length, FIELD.printOffset)
  bytes.writeUInt16LE(print.length, FIELD.printLength)
  bytes.writeUInt32LE(isAbsolute ? 0 : RELATIVE, FIELD.flags)
  substitute.copy(bytes, FIELD.names)
  print.copy(bytes, FIELD.names + substitute.length)
  return fromMemory(bytes)
}

/** The target of a symbolic link, `/` between its names; undefined when the data is of another shape. */
export function decodeSymbolicLink(data: Uint8Array): string | undefined {
  const bytes = Buffer.from(data)
  if (bytes.length < FIELD.names) return undefined
  const start = FIELD.names + bytes.readUInt16LE(FIELD.substituteOffset)
  const end = start + bytes.readUInt16LE(FIELD.substituteLength)
  if (end > bytes.length) return undefined
  const path = bytes.toString('utf16le', start, end)
  const own = path.startsWith(ROOT) ? path.slice(ROOT.length) : path
  return own.replaceAll(/[/\\]/g, separator => (separator === '\\' ? '/' : '\\'))
}
