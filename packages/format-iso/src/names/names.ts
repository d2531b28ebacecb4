import { toDCharacters, toJoliet } from './labels.ts'
import type { NameRule } from './unique.ts'

/** ECMA-119 7.5.1 and 10.3: file name and extension together, from interchange level 2 on. */
const STRICT_FILE_LENGTH = 30
/** ECMA-119 7.6.3. A file that takes 31 would too, but has its separator. */
const STRICT_FOLDER_LENGTH = 31
/** What is left of an extension in a strict name, so that the name keeps most of the 30 characters. */
const STRICT_EXTENSION_LENGTH = 8
/** What mkisofs and libisofs write at most outside of the standard; a longer name meets readers with smaller buffers. */
const RELAXED_LENGTH = 37
/** Joliet 1.10: 128 bytes. */
const JOLIET_LENGTH = 64
/** A longer "extension" is the second half of a sentence. */
const EXTENSION_LENGTH = 16

const upper = (text: string): string => text.toUpperCase()

/** The stem, and the extension with its dot. A leading or trailing dot starts no extension. */
export function splitName(name: string): [stem: string, extension: string] {
  const dot = name.lastIndexOf('.')
  return dot > 0 && dot < name.length - 1 ? [name.slice(0, dot), name.slice(dot)] : [name, '']
}

const strictFile: NameRule = {
  write(name, tail) {
    const [stem, extension] = splitName(name)
    const suffix = toDCharacters(extension.slice(1)).slice(0, STRICT_EXTENSION_LENGTH)
    const kept = toDCharacters(stem).slice(0, STRICT_FILE_LENGTH - suffix.length - tail.length) + tail
    return suffix === '' ? kept : `${kept}.${suffix}`
  },
  key: upper,
}

const strictFolder: NameRule = {
  write: (name, tail) => toDCharacters(name).slice(0, STRICT_FOLDER_LENGTH - tail.length) + tail,
  key: upper,
}

/** Files and folders share one space of names, so one rule must serve both: `isFolder` is asked for each name. */
export const strictNames = (isFolder: (name: string) => boolean): NameRule => ({
  write: (name, tail) => (isFolder(name) ? strictFolder : strictFile).write(name, tail),
  key: upper,
})

/** Printable ASCII in upper and lower case, up to 37 characters and no version: beyond the standard, and read everywhere. */
export const relaxedNames: NameRule = {
  write: (name, tail) => withEnd(withTail(name.replace(/[^ -~]|[/;]/gu, '_'), tail, RELAXED_LENGTH, cutAscii)),
  key: upper,
}

/** Joliet 1.10: up to 64 characters. Windows looks names up without regard to case, so those must differ in more. */
export const jolietNames: NameRule = {
  write: (name, tail) => withEnd(withTail(toJoliet(name, name.length), tail, JOLIET_LENGTH, toJoliet)),
  key: name => name.toLowerCase(),
}

/** Windows and 7z drop dots and spaces at the end of a name before they look it up, and readers of ISO 9660 drop a dot. */
const withEnd = (name: string): string => name.replace(/[. ]+$/, end => '_'.repeat(end.length))

const cutAscii = (text: string, length: number): string => text.slice(0, length)

function withTail(name: string, tail: string, length: number, cut: (text: string, length: number) => string): string {
  if (tail === '' && name.length <= length) return name
  const [stem, extension] = splitName(name)
  if (extension.length > EXTENSION_LENGTH) return cut(name, length - tail.length) + tail
  return cut(stem, length - extension.length - tail.length) + tail + extension
}

/** ECMA-119 9.3: by name, then by extension, the shorter one as if filled up with `fill`. */
export function compareNames(a: string, b: string, fill: string): number {
  const [stemA, extensionA] = splitName(a)
  const [stemB, extensionB] = splitName(b)
  return (
    compareFilled(stemA, stemB, fill) || compareFilled(extensionA, extensionB, fill) || (a < b ? -1 : a > b ? 1 : 0)
  )
}

function compareFilled(a: string, b: string, fill: string): number {
  const length = Math.max(a.length, b.length)
  const [filledA, filledB] = [a.padEnd(length, fill), b.padEnd(length, fill)]
  return filledA < filledB ? -1 : filledA > filledB ? 1 : 0
}
