/** Bytes of a label, filled up with spaces. */
export const LABEL_LENGTH = 11
/** What stands in the boot sector of a volume without a label (FAT specification 1.03, section 3.1). */
export const NO_LABEL = 'NO NAME'
/** A label has no code page that everybody agrees on beyond ASCII; the rest is what a short name may not have either. */
const FORBIDDEN = /[^ !#$%&'()\-0-9@A-Z^_`{}~]/gu

/** `label` as a volume can carry it: upper case, forbidden characters replaced by `_`, cut to 11 characters. */
export const fatLabel = (label: string): string =>
  label
    .trim()
    .replace(/[a-z]/g, letter => letter.toUpperCase())
    .replace(FORBIDDEN, '_')
    .slice(0, LABEL_LENGTH)
    .trimEnd()

/** The 11 bytes of a label that {@link fatLabel} made. */
export const encodeLabel = (label: string): Uint8Array => Buffer.from(label.padEnd(LABEL_LENGTH), 'latin1')
