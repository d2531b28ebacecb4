import { FatError } from '../error.ts'
import { ATTRIBUTE, ENTRY_SIZE } from '../structures/directory-entry.ts'

/** UTF-16 code units in a name (FAT specification 1.03, section 7). */
export const MAXIMUM_NAME_LENGTH = 255
/** Windows: code units in the longest path that it can open at all. */
export const MAXIMUM_PATH_LENGTH = 32_767
export const UNITS_PER_ENTRY = 13
/** Set in the entry with the end of the name, which comes first. */
export const LAST_LONG_ENTRY = 0x40
/** Where the 13 code units stand in an entry. */
export const UNIT_OFFSETS = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30] as const
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
const FORBIDDEN = /[\0-\x1f"*/:<>?\\|]/

/** Throws {@link FatError} `FAT_NAME` unless every system that reads FAT can show `name`. */
export function checkLongName(name: string, path: string): void {
  const refuse = (found: string, expected: string): never => {
    throw new FatError('FAT_NAME', 'tree', `"${path}": the name ${found}; expected ${expected}`, { path })
  }
  if (name.length > MAXIMUM_NAME_LENGTH)
    refuse(`has ${name.length} UTF-16 code units`, `at most ${MAXIMUM_NAME_LENGTH}`)
  if (path.length > MAXIMUM_PATH_LENGTH)
    refuse(`ends a path of ${path.length} code units`, `at most ${MAXIMUM_PATH_LENGTH}`)
  if (FORBIDDEN.test(name)) refuse('has a forbidden character', 'none of " * / : < > ? \\ | and no control character')
  if (/[ .]$/.test(name)) refuse('ends in a space or dot', 'another character at the end, because Windows drops these')
  if (!name.isWellFormed()) refuse('has half of a surrogate pair', 'well-formed UTF-16')
}

/** Names are compared without regard to case, code unit by code unit, as Windows does. */
export function foldCase(name: string): string {
  let folded = ''
  for (let index = 0; index < name.length; index += 1) {
    const unit = name.charAt(index)
    const upper = unit.toUpperCase()
    folded += upper.length === 1 ? upper : unit
  }
  return folded
}

/** The checksum that ties long entries to the short one behind them (FAT specification 1.03, section 7.2). */
export const shortNameChecksum = (shortName: Uint8Array): number =>
  shortName.reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0)

export const longEntryCount = (name: string): number => Math.ceil(name.length / UNITS_PER_ENTRY)

/** The entries of a long name, its end first, as they stand before the short entry. */
export function encodeLongName(name: string, shortName: Uint8Array): Uint8Array {
  const count = longEntryCount(name)
  const checksum = shortNameChecksum(shortName)
  const bytes = Buffer.alloc(count * ENTRY_SIZE)
  for (let number = count; number >= 1; number -= 1) {
    const entry = bytes.subarray((count - number) * ENTRY_SIZE)
    entry[0] = number === count ? number | LAST_LONG_ENTRY : number
    entry[11] = ATTRIBUTE.longName
    entry[13] = checksum
    UNIT_OFFSETS.forEach((offset, index) => {
      const position = (number - 1) * UNITS_PER_ENTRY + index
      // One NUL ends a name that does not fill its last entry; the rest is ones.
      const unit = position < name.length ? name.charCodeAt(position) : position === name.length ? 0 : 0xffff
      entry.writeUInt16LE(unit, offset)
    })
  }
  return bytes
}
