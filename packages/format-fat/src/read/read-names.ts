import { decodeCodePage } from '../names/code-page.ts'
import {
  LAST_LONG_ENTRY,
  MAXIMUM_NAME_LENGTH,
  shortNameChecksum,
  UNIT_OFFSETS,
  UNITS_PER_ENTRY,
} from '../names/long-name.ts'
import {
  ATTRIBUTE,
  ATTRIBUTE_MASK,
  decodeShortEntry,
  ENTRY_SIZE,
  type ShortEntry,
} from '../structures/directory-entry.ts'

const END = 0x00
const DELETED = 0xe5
/** Stands for a first byte of 0xE5. */
const KANJI_E5 = 0x05
const LOWER_CASE = { base: 0x08, extension: 0x10 } as const

export interface NamedEntry extends ShortEntry {
  /** The long name if there is one that belongs to the entry, else the short one. */
  readonly displayName: string
  /** Byte of the folder. */
  readonly offset: number
}

/** The entries in use. Long names that do not fit together or to their short name are passed over, as everywhere. */
export function* readNames(folder: Buffer, isFat32: boolean): Iterable<NamedEntry> {
  let long: { units: number[][]; number: number; checksum: number } | undefined
  for (let offset = 0; offset + ENTRY_SIZE <= folder.length; offset += ENTRY_SIZE) {
    const bytes = folder.subarray(offset, offset + ENTRY_SIZE)
    const first = bytes[0]!
    if (first === END) return
    if (first === DELETED) long = undefined
    else if ((bytes[11]! & ATTRIBUTE_MASK) === ATTRIBUTE.longName) {
      const number = first & ~LAST_LONG_ENTRY
      const units = UNIT_OFFSETS.map(at => bytes.readUInt16LE(at))
      const checksum = bytes[13]!
      const isStart = (first & LAST_LONG_ENTRY) !== 0 && number > 0
      if (isStart) long = { units: [units], number, checksum }
      else if (long && number > 0 && number === long.number - 1 && checksum === long.checksum)
        long = { units: [units, ...long.units], number, checksum }
      else long = undefined
    } else {
      const entry = decodeShortEntry(bytes, isFat32)
      const isWhole = long?.number === 1 && long.checksum === shortNameChecksum(entry.name)
      yield { ...entry, offset, displayName: (isWhole && long && longNameOf(long.units)) || shortNameOf(entry) }
      long = undefined
    }
  }
}

function longNameOf(entries: readonly (readonly number[])[]): string | undefined {
  if (entries.length > Math.ceil(MAXIMUM_NAME_LENGTH / UNITS_PER_ENTRY)) return undefined
  const units = entries.flat()
  const end = units.indexOf(0)
  const name = String.fromCharCode(...(end < 0 ? units : units.slice(0, end)))
  return name.isWellFormed() && name.length <= MAXIMUM_NAME_LENGTH ? name : undefined
}

function shortNameOf({ name, lowerCase }: ShortEntry): string {
  const bytes = Uint8Array.from(name)
  if (bytes[0] === KANJI_E5) bytes[0] = DELETED
  const part = (from: number, to: number, lower: number): string => {
    const text = decodeCodePage(bytes.subarray(from, to)).trimEnd()
    return lowerCase & lower ? text.toLowerCase() : text
  }
  const base = part(0, 8, LOWER_CASE.base)
  const extension = part(8, 11, LOWER_CASE.extension)
  return extension === '' ? base : `${base}.${extension}`
}
