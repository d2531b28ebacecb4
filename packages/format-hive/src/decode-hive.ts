import { HiveError, type HiveStructure } from './error.ts'
import type { HiveKey, HiveValue } from './hive.ts'
import {
  BASE,
  BIG_DATA,
  BIN,
  baseChecksum,
  CELL_HEADER,
  INLINE,
  LIST,
  NODE,
  NODE_FLAG,
  NOTHING,
  SECURITY,
  VALUE,
  VALUE_LATIN,
} from './layout.ts'

/** Lying hives must not use up the memory or the stack: larger than any real one. */
const KEY_LIMIT = 2_000_000
const DEPTH_LIMIT = 512
const LIST_DEPTH_LIMIT = 4
/** All data together may be counted more than once, but not for ever. */
const DATA_FACTOR = 4

/** The root of a hive. What its logs hold beside it is not looked at. Throws {@link HiveError}, whatever is fed to it. */
export function decodeHive(file: Uint8Array): HiveKey {
  const bytes = Buffer.from(file.buffer, file.byteOffset, file.byteLength)
  if (bytes.length < BASE.size + BIN.size)
    throw new HiveError(
      'HIVE_TRUNCATED',
      'base block',
      `${bytes.length} bytes; expected at least ${BASE.size + BIN.size}`,
      { offset: 0 },
    )
  if (bytes.readUInt32LE(0) !== BASE.signature)
    throw new HiveError(
      'HIVE_SIGNATURE',
      'base block',
      `it begins with ${bytes.toString('hex', 0, 4)}; expected regf`,
      { offset: 0 },
    )
  const checksum = baseChecksum(bytes)
  if (bytes.readUInt32LE(BASE.checksum) !== checksum)
    throw new HiveError('HIVE_SIGNATURE', 'base block', `its checksum is not ${checksum.toString(16)}`, {
      offset: BASE.checksum,
    })
  const end = Math.min(bytes.length, BASE.size + bytes.readUInt32LE(BASE.binsSize))
  return openReader(bytes.subarray(0, end)).root(bytes.readUInt32LE(BASE.root))
}

function openReader(bytes: Buffer) {
  const seen = new Set<number>()
  let dataLeft = bytes.length * DATA_FACTOR
  const fail = (structure: HiveStructure, place: number, message: string): never => {
    throw new HiveError('HIVE_CELL', structure, message, { offset: BASE.size + place })
  }
  const cellAt = (place: number, structure: HiveStructure, least: number): Buffer => {
    const at = BASE.size + place
    if (place % 8 !== 0 || at + CELL_HEADER > bytes.length) fail(structure, place, 'it is outside of the hive')
    const size = -bytes.readInt32LE(at)
    if (size < CELL_HEADER + least || at + size > bytes.length)
      fail(structure, place, `a cell of ${size} bytes; expected at least ${CELL_HEADER + least}, inside of the hive`)
    return bytes.subarray(at + CELL_HEADER, at + size)
  }
  const spend = (size: number, place: number): void => {
    dataLeft -= size
    if (dataLeft < 0)
      throw new HiveError('HIVE_LIMIT', 'key value', 'more data than the hive has room for', {
        offset: BASE.size + place,
      })
  }
  const textAt = (
    cell: Buffer,
    start: number,
    size: number,
    isLatin: boolean,
    structure: HiveStructure,
    place: number,
  ): string => {
    if (start + size > cell.length) fail(structure, place, `a name of ${size} bytes in a cell of ${cell.length}`)
    return cell.toString(isLatin ? 'latin1' : 'utf16le', start, start + size)
  }

  const keysOf = (list: number, level: number): number[] => {
    const cell = cellAt(list, 'subkey list', LIST.entries)
    const signature = cell.readUInt16LE(0)
    const count = cell.readUInt16LE(LIST.count)
    const width = signature === LIST.lf || signature === LIST.lh ? 8 : 4
    const isKnown = width === 8 || signature === LIST.li || signature === LIST.ri
    if (!isKnown || LIST.entries + count * width > cell.length)
      fail('subkey list', list, `${count} entries with signature ${signature.toString(16)} in ${cell.length} bytes`)
    const places = Array.from({ length: count }, (_, index) => cell.readUInt32LE(LIST.entries + width * index))
    if (signature !== LIST.ri) return places
    if (level >= LIST_DEPTH_LIMIT) fail('subkey list', list, 'lists of lists of lists')
    return places.flatMap(place => keysOf(place, level + 1))
  }

  const dataOf = (cell: Buffer, place: number): Uint8Array => {
    const field = cell.readUInt32LE(VALUE.size)
    const size = field & ~INLINE
    if (field & INLINE) return Uint8Array.from(cell.subarray(VALUE.data, VALUE.data + Math.min(size, 4)))
    if (size === 0) return new Uint8Array(0)
    spend(size, place)
    const dataPlace = cell.readUInt32LE(VALUE.data)
    const data = cellAt(dataPlace, 'key value', 0)
    if (data.length >= size) return Uint8Array.from(data.subarray(0, size))
    if (data.length < 8 || data.readUInt16LE(0) !== BIG_DATA.signature)
      fail('key value', place, `${size} bytes of data in a cell of ${data.length}`)
    const count = data.readUInt16LE(BIG_DATA.count)
    const list = cellAt(data.readUInt32LE(BIG_DATA.list), 'key value', 4 * count)
    const pieces = Array.from({ length: count }, (_, index) =>
      cellAt(list.readUInt32LE(4 * index), 'key value', 0).subarray(0, BIG_DATA.segment),
    )
    const whole = Buffer.concat(pieces)
    if (whole.length < size) fail('key value', place, `${size} bytes of data in pieces of ${whole.length}`)
    return Uint8Array.from(whole.subarray(0, size))
  }

  const valuesOf = (list: number, count: number): HiveValue[] => {
    const cell = cellAt(list, 'value list', 4 * count)
    spend(4 * count, list)
    return Array.from({ length: count }, (_, index) => {
      const place = cell.readUInt32LE(4 * index)
      const value = cellAt(place, 'key value', VALUE.name)
      if (value.readUInt16LE(0) !== VALUE.signature) fail('key value', place, 'it does not begin with vk')
      const size = value.readUInt16LE(VALUE.nameSize)
      const isLatin = (value.readUInt16LE(VALUE.flags) & VALUE_LATIN) !== 0
      return {
        name: textAt(value, VALUE.name, size, isLatin, 'key value', place),
        type: value.readUInt32LE(VALUE.type),
        data: dataOf(value, place),
      }
    })
  }

  const descriptors = new Map<number, Uint8Array>()
  const securityOf = (place: number): Uint8Array => {
    const known = descriptors.get(place)
    if (known) return known
    const cell = cellAt(place, 'security descriptor', SECURITY.descriptor)
    const size = cell.readUInt32LE(SECURITY.size)
    if (cell.readUInt16LE(0) !== SECURITY.signature || SECURITY.descriptor + size > cell.length)
      fail('security descriptor', place, `${size} bytes in a cell of ${cell.length}`)
    const descriptor = Uint8Array.from(cell.subarray(SECURITY.descriptor, SECURITY.descriptor + size))
    descriptors.set(place, descriptor)
    return descriptor
  }

  const nodeAt = (place: number, depth: number): HiveKey => {
    if (seen.has(place)) fail('key node', place, 'it is in the tree twice')
    if (seen.size >= KEY_LIMIT || depth > DEPTH_LIMIT)
      throw new HiveError('HIVE_LIMIT', 'key node', `more than ${KEY_LIMIT} keys, or ${DEPTH_LIMIT} levels`, {
        offset: BASE.size + place,
      })
    seen.add(place)
    const cell = cellAt(place, 'key node', NODE.name)
    if (cell.readUInt16LE(0) !== NODE.signature) fail('key node', place, 'it does not begin with nk')
    const keyCount = cell.readUInt32LE(NODE.keyCount)
    const valueCount = cell.readUInt32LE(NODE.valueCount)
    const flags = cell.readUInt16LE(NODE.flags)
    const isLatin = (flags & NODE_FLAG.latin) !== 0
    const places = keyCount > 0 ? keysOf(cell.readUInt32LE(NODE.keys), 0) : []
    if (places.length !== keyCount) fail('key node', place, `${keyCount} keys; its list has ${places.length}`)
    const security = cell.readUInt32LE(NODE.security)
    const classSize = cell.readUInt16LE(NODE.classSize)
    const className = cell.readUInt32LE(NODE.className)
    const classCell = classSize > 0 && className !== NOTHING ? cellAt(className, 'key node', 0) : undefined
    if (classCell) spend(classSize, place)
    return {
      name: textAt(cell, NODE.name, cell.readUInt16LE(NODE.nameSize), isLatin, 'key node', place),
      keys: places.map(child => nodeAt(child, depth + 1)),
      values: valueCount > 0 ? valuesOf(cell.readUInt32LE(NODE.values), valueCount) : [],
      ...(security !== NOTHING && { security: securityOf(security) }),
      ...(classCell && { className: textAt(classCell, 0, classSize, false, 'key node', place) }),
      ...((flags & NODE_FLAG.link) !== 0 && { isLink: true }),
    }
  }
  return { root: (place: number): HiveKey => nodeAt(place, 0) }
}
