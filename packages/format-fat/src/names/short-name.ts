import { foldCase } from './long-name.ts'

const LETTERS = "A-Z0-9!#$%&'()\\-@^_`{}~"
const PLAIN = new RegExp(`^[${LETTERS}]{1,8}(?:\\.[${LETTERS}]{1,3})?$`)
const OTHERS = new RegExp(`[^${LETTERS}]`, 'gu')
const BASE_LENGTH = 8
const EXTENSION_LENGTH = 3
/** The part of a base that every tail of one digit leaves. */
const KEPT_LENGTH = BASE_LENGTH - 2

/** A name that is already what its short entry says, so that it needs no long one. */
export const isPlainShortName = (name: string): boolean => PLAIN.test(name)

/** The 11 bytes of a directory entry for `BASE.EXT`. */
export function encodeShortName(shortName: string): Uint8Array {
  const [base = '', extension = ''] = shortName.split('.')
  return Buffer.from(base.padEnd(BASE_LENGTH) + extension.padEnd(EXTENSION_LENGTH), 'latin1')
}

/**
 * A short name, as `BASE.EXT`, for each of the names of one folder, unique and always the same. Names that fit, apart from case, are
 * taken as they are; others are cut and get a number (FAT specification 1.03, section 7.4).
 */
export function shortNames(names: readonly string[]): ReadonlyMap<string, string> {
  const result = new Map<string, string>()
  const taken = new Set<string>()
  for (const name of names) {
    const upper = foldCase(name)
    if (!isPlainShortName(upper)) continue
    result.set(name, upper)
    taken.add(upper)
  }
  const next = new Map<string, number>()
  for (const name of names) {
    if (result.has(name)) continue
    const [base, extension] = basis(name)
    // One counter for all bases that begin alike: they compete for the same names.
    const family = `${base.slice(0, KEPT_LENGTH)}.${extension}`
    for (let number = next.get(family) ?? 1; ; number += 1) {
      const tail = `~${number}`
      const short = base.slice(0, BASE_LENGTH - tail.length) + tail + (extension && `.${extension}`)
      if (taken.has(short)) continue
      taken.add(short)
      next.set(family, number + 1)
      result.set(name, short)
      break
    }
  }
  return result
}

function basis(name: string): readonly [base: string, extension: string] {
  const upper = foldCase(name).replaceAll(' ', '').replace(/^\.+/, '')
  const dot = upper.lastIndexOf('.')
  const base = (dot < 0 ? upper : upper.slice(0, dot)).replaceAll('.', '').replace(OTHERS, '_')
  const extension = dot < 0 ? '' : upper.slice(dot + 1).replace(OTHERS, '_')
  return [base.slice(0, BASE_LENGTH) || '_', extension.slice(0, EXTENSION_LENGTH)]
}
