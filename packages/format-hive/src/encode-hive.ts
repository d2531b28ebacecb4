import { HiveError } from './error.ts'
import type { HiveKey, HiveValue } from './hive.ts'
import {
  BASE,
  BIN,
  baseChecksum,
  CELL_HEADER,
  INLINE,
  isLatin,
  LIST,
  NODE,
  NODE_FLAG,
  NOTHING,
  SECURITY,
  VALUE,
  VALUE_LATIN,
} from './layout.ts'
import { defaultSecurity } from './security.ts'

export interface HiveOptions {
  /** The one time stamp of everything. */
  readonly date: Date
  /** What the base block calls the file; its last 31 characters. */
  readonly fileName?: string | undefined
}

/** Hundreds of nanoseconds from 1601 to 1970, and in a millisecond. */
const EPOCH = 116_444_736_000_000_000n
const TICKS = 10_000n
/** The newest that every loader reads: newer ones keep large data in pieces. */
const VERSION = { major: 1, minor: 3 } as const
const NAME_LIMIT = 255
const VALUE_NAME_LIMIT = 16_383
const CLASS_LIMIT = 32_767
/** Far above what boot configurations and PE images have. Bytes. */
const DATA_LIMIT = 1 << 20
const KEYS_LIMIT = 0xffff

/** A hive of one bin: the same keys and options give the same bytes, whatever their order. Throws {@link HiveError}. */
export function encodeHive(root: HiveKey, { date, fileName = '' }: HiveOptions): Buffer {
  const time = BigInt(date.getTime()) * TICKS + EPOCH
  const cells = openCells()
  const security = openSecurity(cells)
  const rootPlace = cells.allocate(NODE.name + nameBytes(root.name).length)
  writeNode(root, rootPlace, NOTHING, '', { cells, security, time })
  security.link()
  const bins = cells.finish(time)
  const base = Buffer.alloc(BASE.size)
  base.writeUInt32LE(BASE.signature, 0)
  base.writeUInt32LE(1, BASE.sequence1)
  base.writeUInt32LE(1, BASE.sequence2)
  base.writeBigUInt64LE(time, BASE.time)
  base.writeUInt32LE(VERSION.major, BASE.major)
  base.writeUInt32LE(VERSION.minor, BASE.minor)
  base.writeUInt32LE(1, BASE.format)
  base.writeUInt32LE(rootPlace, BASE.root)
  base.writeUInt32LE(bins.length, BASE.binsSize)
  base.writeUInt32LE(1, BASE.cluster)
  base.write(fileName.slice(-(BASE.nameSize / 2 - 1)), BASE.name, 'utf16le')
  base.writeUInt32LE(baseChecksum(base), BASE.checksum)
  return Buffer.concat([base, bins])
}

interface Cells {
  /** Place of a cell for so many bytes, counted from the first bin. */
  allocate(size: number): number
  /** The bytes of a cell. Not to be kept: it moves when more are allocated. */
  at(place: number): Buffer
  finish(time: bigint): Buffer
}

function openCells(): Cells {
  let bytes = Buffer.alloc(BIN.size)
  let end: number = BIN.header
  return {
    allocate(size) {
      const whole = Math.ceil((CELL_HEADER + size) / 8) * 8
      const place = end
      end += whole
      if (end > bytes.length) bytes = Buffer.concat([bytes, Buffer.alloc(Math.max(bytes.length, end - bytes.length))])
      bytes.writeInt32LE(-whole, place)
      return place
    },
    at: place => bytes.subarray(place + CELL_HEADER, place - bytes.readInt32LE(place)),
    finish(time) {
      const size = Math.ceil(end / BIN.size) * BIN.size
      const bin = Buffer.concat([bytes], size)
      bin.writeUInt32LE(BIN.signature, 0)
      bin.writeUInt32LE(0, BIN.offset)
      bin.writeUInt32LE(size, BIN.length)
      bin.writeBigUInt64LE(time, BIN.time)
      // What is left is one free cell.
      if (end < size) bin.writeInt32LE(size - end, end)
      return bin
    },
  }
}

interface Securities {
  /** The cell of a descriptor, which counts who refers to it. */
  placeOf(key: HiveKey): number
  /** Makes a ring of the cells. */
  link(): void
}

function openSecurity(cells: Cells): Securities {
  const places = new Map<string, number>()
  const fallback = defaultSecurity()
  const placeOf = ({ security = fallback }: HiveKey): number => {
    const key = Buffer.from(security).toString('hex')
    let place = places.get(key)
    if (place === undefined) {
      place = cells.allocate(SECURITY.descriptor + security.length)
      const cell = cells.at(place)
      cell.writeUInt16LE(SECURITY.signature, 0)
      cell.writeUInt32LE(security.length, SECURITY.size)
      cell.set(security, SECURITY.descriptor)
      places.set(key, place)
    }
    const cell = cells.at(place)
    cell.writeUInt32LE(cell.readUInt32LE(SECURITY.references) + 1, SECURITY.references)
    return place
  }
  return {
    placeOf,
    link() {
      const ring = [...places.values()]
      for (const [index, place] of ring.entries()) {
        const cell = cells.at(place)
        cell.writeUInt32LE(ring[(index + 1) % ring.length]!, SECURITY.next)
        cell.writeUInt32LE(ring.at(index - 1)!, SECURITY.previous)
      }
    },
  }
}

const nameBytes = (name: string): Buffer => Buffer.from(name, isLatin(name) ? 'latin1' : 'utf16le')
const upper = ({ name }: HiveKey): string => name.toUpperCase()

interface Writing {
  readonly cells: Cells
  readonly security: Securities
  readonly time: bigint
}

function writeNode(key: HiveKey, place: number, parent: number, path: string, writing: Writing): void {
  const { cells, security, time } = writing
  const isRoot = parent === NOTHING
  const keys = key.keys.toSorted((a, b) => (upper(a) < upper(b) ? -1 : 1))
  check(key, keys, path)
  const places = keys.map(child => cells.allocate(NODE.name + nameBytes(child.name).length))
  const keysPlace = keys.length > 0 ? writeKeyList(keys, places, cells) : NOTHING
  const valuesPlace = key.values.length > 0 ? writeValues(key.values, cells) : NOTHING
  const securityPlace = security.placeOf(key)
  const className = Buffer.from(key.className ?? '', 'utf16le')
  const classPlace = className.length > 0 ? cells.allocate(className.length) : NOTHING
  if (className.length > 0) cells.at(classPlace).set(className)
  const name = nameBytes(key.name)
  const cell = cells.at(place)
  cell.writeUInt16LE(NODE.signature, 0)
  const flags =
    (isLatin(key.name) ? NODE_FLAG.latin : 0) |
    (isRoot ? NODE_FLAG.root | NODE_FLAG.noDelete : 0) |
    (key.isLink ? NODE_FLAG.link : 0)
  cell.writeUInt16LE(flags, NODE.flags)
  cell.writeBigUInt64LE(time, NODE.time)
  cell.writeUInt32LE(parent, NODE.parent)
  cell.writeUInt32LE(keys.length, NODE.keyCount)
  cell.writeUInt32LE(keysPlace, NODE.keys)
  cell.writeUInt32LE(NOTHING, NODE.volatileKeys)
  cell.writeUInt32LE(key.values.length, NODE.valueCount)
  cell.writeUInt32LE(valuesPlace, NODE.values)
  cell.writeUInt32LE(securityPlace, NODE.security)
  cell.writeUInt32LE(classPlace, NODE.className)
  cell.writeUInt32LE(2 * longest(keys.map(child => child.name.length)), NODE.longestKey)
  cell.writeUInt32LE(2 * longest(key.values.map(value => value.name.length)), NODE.longestValueName)
  cell.writeUInt32LE(longest(key.values.map(value => value.data.length)), NODE.longestData)
  cell.writeUInt16LE(name.length, NODE.nameSize)
  cell.writeUInt16LE(className.length, NODE.classSize)
  cell.set(name, NODE.name)
  for (const [index, child] of keys.entries())
    writeNode(child, places[index]!, place, path === '' ? child.name : `${path}\\${child.name}`, writing)
}

const longest = (sizes: readonly number[]): number => sizes.reduce((most, size) => Math.max(most, size), 0)

function check(key: HiveKey, sorted: readonly HiveKey[], path: string): void {
  const fail = (code: 'HIVE_NAME' | 'HIVE_LIMIT', message: string): never => {
    throw new HiveError(code, 'key node', message, { path })
  }
  if ((key.className?.length ?? 0) > CLASS_LIMIT)
    fail('HIVE_LIMIT', `a class name of ${key.className!.length} characters; expected at most ${CLASS_LIMIT}`)
  const isBad = key.name === '' || key.name.length > NAME_LIMIT || /[\\\0]/.test(key.name)
  if (isBad)
    fail('HIVE_NAME', `the name ${JSON.stringify(key.name)}; expected 1 to ${NAME_LIMIT} characters without "\\"`)
  if (sorted.length > KEYS_LIMIT) fail('HIVE_LIMIT', `${sorted.length} keys; expected at most ${KEYS_LIMIT}`)
  for (const [index, child] of sorted.entries())
    if (index > 0 && upper(child) === upper(sorted[index - 1]!))
      fail('HIVE_NAME', `the key "${child.name}" is there twice`)
  const names = new Set<string>()
  for (const { name, data } of key.values) {
    if (names.has(name.toUpperCase())) fail('HIVE_NAME', `the value "${name}" is there twice`)
    names.add(name.toUpperCase())
    if (name.length > VALUE_NAME_LIMIT || data.length > DATA_LIMIT)
      fail('HIVE_LIMIT', `the value "${name.slice(0, 40)}" has ${data.length} bytes; expected at most ${DATA_LIMIT}`)
  }
}

/** With the first four characters of each name, which spare a reader most of the nodes. */
function writeKeyList(keys: readonly HiveKey[], places: readonly number[], cells: Cells): number {
  const place = cells.allocate(LIST.entries + 8 * keys.length)
  const cell = cells.at(place)
  cell.writeUInt16LE(LIST.lf, 0)
  cell.writeUInt16LE(keys.length, LIST.count)
  for (const [index, { name }] of keys.entries()) {
    const at = LIST.entries + 8 * index
    cell.writeUInt32LE(places[index]!, at)
    if (isLatin(name)) cell.write(name.slice(0, 4), at + 4, 'latin1')
  }
  return place
}

function writeValues(values: readonly HiveValue[], cells: Cells): number {
  const sorted = values.toSorted((a, b) => (a.name.toUpperCase() < b.name.toUpperCase() ? -1 : 1))
  const places = sorted.map(value => writeValue(value, cells))
  const list = cells.allocate(4 * places.length)
  const cell = cells.at(list)
  for (const [index, place] of places.entries()) cell.writeUInt32LE(place, 4 * index)
  return list
}

function writeValue({ name, type, data }: HiveValue, cells: Cells): number {
  const isInline = data.length <= 4
  const dataPlace = isInline ? 0 : cells.allocate(data.length)
  if (!isInline) cells.at(dataPlace).set(data)
  const bytes = nameBytes(name)
  const place = cells.allocate(VALUE.name + bytes.length)
  const cell = cells.at(place)
  cell.writeUInt16LE(VALUE.signature, 0)
  cell.writeUInt16LE(bytes.length, VALUE.nameSize)
  cell.writeUInt32LE(isInline ? (INLINE | data.length) >>> 0 : data.length, VALUE.size)
  if (isInline) cell.set(data, VALUE.data)
  else cell.writeUInt32LE(dataPlace, VALUE.data)
  cell.writeUInt32LE(type, VALUE.type)
  cell.writeUInt16LE(isLatin(name) ? VALUE_LATIN : 0, VALUE.flags)
  cell.set(bytes, VALUE.name)
  return place
}
