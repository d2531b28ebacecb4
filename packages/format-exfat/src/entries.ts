import { ExfatError } from './error.ts'

export const ENTRY_SIZE = 32
/** exFAT specification 7: the types of entries. */
export const TYPE = { bitmap: 0x81, upCase: 0x82, label: 0x83, file: 0x85, stream: 0xc0, name: 0xc1 } as const
/** 6.2.1: set in every entry that is in use. */
const IN_USE = 0x80
const FOLDER = 0x10
/** 6.3.4: the first cluster and the length mean something; the clusters lie one after another and have no chain. */
const ALLOCATED = 0x01
const CONTIGUOUS = 0x02
/** 7.4.8: quarters of an hour from UTC, and that it is meant. */
const UTC = 0x80
const NAME_PART = 15
export const NAME_LIMIT = 255

export interface Described {
  readonly name: string
  readonly isFolder: boolean
  /** 0 when there is no content. */
  readonly firstCluster: number
  /** Bytes. */
  readonly size: number
}
export interface FileSet extends Described {
  /** The clusters lie one after another, without a chain in the table. */
  readonly isContiguous: boolean
  /** Bytes that were written; behind them a file reads as zeros. */
  readonly validSize: number
  /** Byte of the folder. */
  readonly offset: number
}

/** Directory entries of a name: one for the file, one for the stream, and one for each 15 characters. */
export const entriesOf = (name: string): number => 2 + Math.ceil(name.length / NAME_PART)

export function encodeFileSet(
  { name, isFolder, firstCluster, size }: Described,
  time: { readonly stamp: number; readonly tenMilliseconds: number },
  upper: Uint16Array,
): Buffer {
  const count = entriesOf(name)
  const set = Buffer.alloc(count * ENTRY_SIZE)
  set[0] = TYPE.file
  set[1] = count - 1
  set.writeUInt16LE(isFolder ? FOLDER : 0, 4)
  for (const at of [8, 12, 16]) set.writeUInt32LE(time.stamp, at)
  for (const at of [20, 21]) set[at] = time.tenMilliseconds
  for (const at of [22, 23, 24]) set[at] = UTC
  const stream = set.subarray(ENTRY_SIZE)
  stream[0] = TYPE.stream
  stream[1] = firstCluster === 0 ? ALLOCATED : ALLOCATED | CONTIGUOUS
  stream[3] = name.length
  stream.writeUInt16LE(nameHash(name, upper), 4)
  stream.writeBigUInt64LE(BigInt(size), 8)
  stream.writeUInt32LE(firstCluster, 20)
  stream.writeBigUInt64LE(BigInt(size), 24)
  for (let part = 0; part * NAME_PART < name.length; part += 1) {
    const entry = set.subarray((part + 2) * ENTRY_SIZE, (part + 3) * ENTRY_SIZE)
    entry[0] = TYPE.name
    entry.write(name.slice(part * NAME_PART, (part + 1) * NAME_PART), 2, 'utf16le')
  }
  set.writeUInt16LE(setChecksum(set), 2)
  return set
}

export function encodeLabel(label: string): Buffer {
  const entry = Buffer.alloc(ENTRY_SIZE)
  entry[0] = TYPE.label
  entry[1] = label.length
  entry.write(label, 2, 'utf16le')
  return entry
}

/** The entries of the allocation bitmap and of the up-case table. */
export function encodeCritical(type: number, firstCluster: number, size: number, checksum = 0): Buffer {
  const entry = Buffer.alloc(ENTRY_SIZE)
  entry[0] = type
  entry.writeUInt32LE(checksum, 4)
  entry.writeUInt32LE(firstCluster, 20)
  entry.writeBigUInt64LE(BigInt(size), 24)
  return entry
}

export type Read =
  | { readonly kind: 'file'; readonly file: FileSet }
  | { readonly kind: 'label'; readonly label: string }
  | { readonly kind: 'upCase'; readonly firstCluster: number; readonly size: number; readonly checksum: number }

/** What the entries of a folder say, up to its end. Deleted and unknown benign ones are passed over. Throws {@link ExfatError}. */
export function* readEntries(folder: Buffer, path: string): Iterable<Read> {
  for (let at = 0; at + ENTRY_SIZE <= folder.length; ) {
    const type = folder[at]!
    if (type === 0) return
    const fail = (message: string, code: 'EXFAT_ENTRY' | 'EXFAT_CHECKSUM' = 'EXFAT_ENTRY'): never => {
      throw new ExfatError(code, 'folder', `the folder "${path}" ${message}`, { path, offset: at })
    }
    const large = (offset: number): number => {
      const value = Number(folder.readBigUInt64LE(offset))
      if (!Number.isSafeInteger(value)) fail(`has something of ${value} bytes; expected less than 2^53`)
      return value
    }
    if (type === TYPE.label) {
      const length = Math.min(folder[at + 1]!, 11)
      yield { kind: 'label', label: folder.toString('utf16le', at + 2, at + 2 + length * 2) }
    } else if (type === TYPE.upCase)
      yield {
        kind: 'upCase',
        firstCluster: folder.readUInt32LE(at + 20),
        size: large(at + 24),
        checksum: folder.readUInt32LE(at + 4),
      }
    else if (type === TYPE.file) {
      const count = folder[at + 1]! + 1
      const set = folder.subarray(at, at + count * ENTRY_SIZE)
      if (count < 3 || set.length < count * ENTRY_SIZE || set[ENTRY_SIZE] !== TYPE.stream)
        fail(`has a file of ${count} entries, whose second is ${set[ENTRY_SIZE]?.toString(16)}; expected c0`)
      if (set.readUInt16LE(2) !== setChecksum(set)) fail('has entries whose checksum is wrong', 'EXFAT_CHECKSUM')
      const length = set[ENTRY_SIZE + 3]!
      const parts = Math.ceil(length / NAME_PART)
      if (length === 0 || parts > count - 2) fail(`has a name of ${length} characters in ${count - 2} entries`)
      let name = ''
      for (let part = 0; part < parts; part += 1) {
        const entry = set.subarray((part + 2) * ENTRY_SIZE, (part + 3) * ENTRY_SIZE)
        if (entry[0] !== TYPE.name) fail(`has an entry of type ${entry[0]!.toString(16)} in a name; expected c1`)
        name += entry.toString('utf16le', 2)
      }
      const flags = set[ENTRY_SIZE + 1]!
      const size = flags & ALLOCATED ? large(at + ENTRY_SIZE + 24) : 0
      const validSize = Math.min(size, large(at + ENTRY_SIZE + 8))
      yield {
        kind: 'file',
        file: {
          name: name.slice(0, length),
          isFolder: (set.readUInt16LE(4) & FOLDER) !== 0,
          firstCluster: set.readUInt32LE(ENTRY_SIZE + 20),
          size,
          validSize,
          isContiguous: (flags & CONTIGUOUS) !== 0,
          offset: at,
        },
      }
      at += count * ENTRY_SIZE
      continue
    } else if ((type & IN_USE) !== 0 && (type & 0x60) === 0 && type !== TYPE.bitmap)
      // 6.2.1.2: what is critical and unknown must not be passed over.
      fail(`has a critical entry of the unknown type ${type.toString(16)}`)
    at += ENTRY_SIZE
  }
}

/** 6.3.3: over all entries of a set but the field itself. */
function setChecksum(set: Uint8Array): number {
  let sum = 0
  for (const [index, byte] of set.entries())
    if (index !== 2 && index !== 3) sum = (((sum << 15) | (sum >>> 1)) + byte) & 0xffff
  return sum
}

/** 7.7.4: over the name in upper case. */
export function nameHash(name: string, upper: Uint16Array): number {
  let hash = 0
  for (let at = 0; at < name.length; at += 1) {
    const unit = upper[name.charCodeAt(at)]!
    for (const byte of [unit & 0xff, unit >> 8]) hash = (((hash << 15) | (hash >>> 1)) + byte) & 0xffff
  }
  return hash
}

/** 7.2.2: of the up-case table, with rotation to the right by one. */
export function tableChecksum(table: Uint8Array): number {
  let sum = 0
  for (const byte of table) sum = (((sum << 31) | (sum >>> 1)) + byte) >>> 0
  return sum
}
