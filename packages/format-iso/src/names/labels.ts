/** ECMA-119 8.4.7: the volume identifier. */
const ISO_LABEL_LENGTH = 32
/** The same 32 bytes in UCS-2. */
const JOLIET_LABEL_LENGTH = 16

/** `label` as the primary volume descriptor can hold it: up to 32 of A-Z, 0-9 and _ (ECMA-119 7.4.1). */
export const isoLabel = (label: string): string => toDCharacters(label).slice(0, ISO_LABEL_LENGTH)

/** `label` as the Joliet descriptor can hold it: up to 16 characters of UCS-2. */
export const jolietLabel = (label: string): string => toJoliet(label, JOLIET_LABEL_LENGTH)

/** Letters in upper case; whatever is no letter of ASCII, digit or _ becomes one _ per character. */
export const toDCharacters = (text: string): string => text.replace(/[^A-Za-z0-9_]/gu, '_').toUpperCase()

/** Up to `length` UCS-2 characters, without those that Joliet 1.10 forbids. A surrogate pair is not torn. */
export function toJoliet(text: string, length: number): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is forbidden
  const cut = text.replace(/[\u0000-\u001f*/:;?\\]/g, '_').slice(0, Math.max(0, length))
  return /[\ud800-\udbff]$/.test(cut) ? cut.slice(0, -1) : cut
}

/** Text of a descriptor, padded with spaces (ECMA-119 7.4.3.2); what is not printable ASCII becomes _. */
export const asciiField = (text: string, size: number): Uint8Array =>
  Buffer.from(
    text
      .replace(/[^ -~]/gu, '_')
      .slice(0, size)
      .padEnd(size),
    'latin1',
  )

/** The same in UCS-2, most significant byte first. An odd last byte stays 0. */
export function ucs2Field(text: string, size: number): Uint8Array {
  const field = Buffer.alloc(size)
  const length = size >>> 1
  ucs2(toJoliet(text, length).padEnd(length)).copy(field)
  return field
}

/** UTF-16 code units, most significant byte first. */
export const ucs2 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
