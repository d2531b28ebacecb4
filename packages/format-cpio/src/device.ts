/** A device node, which a tree cannot hold. */
export interface CpioDevice {
  /** As in a tree. */
  readonly path: string
  readonly kind: 'character' | 'block'
  /** POSIX permission bits. */
  readonly mode: number
  readonly major: number
  readonly minor: number
}

/** File type bits of a mode (POSIX `S_IFMT`). */
export const FILE_TYPE = {
  character: 0o020000,
  folder: 0o040000,
  block: 0o060000,
  file: 0o100000,
  link: 0o120000,
} as const
export const FILE_TYPE_MASK = 0o170000
export const PERMISSION_MASK = 0o7777

/** Ends an archive. */
export const TRAILER = 'TRAILER!!!'
/** Linux: PATH_MAX with its NUL; longer names are skipped by the kernel without a word. */
export const MAXIMUM_NAME_SIZE = 4096
