/** A file in the metadata (wimlib, dentry.c, `wim_dentry_on_disk`): fields by offset, then the names, then tagged items. */
export const DENTRY = {
  length: 0,
  attributes: 8,
  securityId: 12,
  childrenOffset: 16,
  created: 40,
  accessed: 48,
  written: 56,
  sha1: 64,
  reserved: 84,
  linkGroup: 88,
  reparseTag: 88,
  reparseReserved: 92,
  reparseFlags: 94,
  streamCount: 96,
  shortNameSize: 98,
  nameSize: 100,
  size: 102,
} as const
/** A stream behind its file (`wim_extra_stream_entry_on_disk`), then its name. */
export const STREAM = { length: 0, sha1: 16, nameSize: 36, size: 38 } as const
export const SHA1_SIZE = 20
/** All begins at multiples of this; a length of 0 of this size ends a folder. */
export const ALIGNMENT = 8
export const aligned = (size: number): number => Math.ceil(size / ALIGNMENT) * ALIGNMENT
export const NO_SECURITY = -1
