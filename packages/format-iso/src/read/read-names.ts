import { broken } from '../errors.ts'

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** UTF-8, or ISO 8859-1 when it is none: older makers write names as they find them. */
export function decodeText(bytes: Buffer): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return bytes.toString('latin1')
  }
}

const withoutVersion = (name: string): string => name.replace(/;\d*$/, '')

/** ECMA-119 7.5.1: a file identifier ends in a version, and has a dot even without an extension. */
export const primaryName = (identifier: Buffer): string =>
  withoutVersion(decodeText(identifier)).replace(/(.)\.$/, '$1')

/** Joliet 1.10. An odd byte at the end is no character. */
export const jolietName = (identifier: Buffer): string =>
  withoutVersion(
    Buffer.from(identifier.subarray(0, identifier.length & ~1))
      .swap16()
      .toString('utf16le'),
  )

/** A name that would lead a path elsewhere is an attack on whoever extracts the volume. Throws {@link IsoError} `NAME_UNSAFE`. */
export function checkSafe(name: string, offset: number): void {
  if (name === '' || name === '.' || name === '..' || name.includes('/') || name.includes('\0'))
    throw broken('NAME_UNSAFE', 'name', offset, `found ${JSON.stringify(name)}, which is no name inside a folder`)
}
