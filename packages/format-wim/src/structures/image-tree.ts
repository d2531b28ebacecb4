/** Attributes of files ([MS-FSCC] 2.6). */
export const FILE_ATTRIBUTE = {
  readOnly: 0x1,
  hidden: 0x2,
  system: 0x4,
  directory: 0x10,
  archive: 0x20,
  normal: 0x80,
  reparsePoint: 0x400,
  compressed: 0x800,
  encrypted: 0x4000,
} as const

/** A file or folder of an image, as a WIM tells of it. */
export interface WimFile {
  /** Empty for the root. No `/` and no NUL; a `\` or `:` can be there when the image is not of Windows. */
  readonly name: string
  /** 8.3 name for DOS; empty when there is none. */
  readonly shortName: string
  /** {@link FILE_ATTRIBUTE}. */
  readonly attributes: number
  /** Index in the image's security descriptors; -1 when it has none. */
  readonly securityId: number
  /** Hundreds of nanoseconds since 1601-01-01 UTC. */
  readonly created: bigint
  readonly accessed: bigint
  readonly written: bigint
  /** Files of an image with the same number, not 0, are names of one file. */
  readonly linkGroup: bigint
  /** SHA-1 of the content; absent when it is empty, and for folders. */
  readonly sha1?: string | undefined
  /** Alternate data streams. */
  readonly streams?: readonly WimStream[] | undefined
  readonly reparse?: WimReparsePoint | undefined
  /** SHA-1 of what the system's raw interface reads of an encrypted file. */
  readonly encrypted?: string | undefined
  /** Tagged items (UNIX data, extended attributes, object id) as they are in the metadata. */
  readonly extra?: Uint8Array | undefined
  /** A field of no known meaning. */
  readonly reserved?: number | undefined
  /** Of a folder; in the order of the metadata. */
  readonly children?: readonly WimFile[] | undefined
}
export interface WimStream {
  readonly name: string
  readonly sha1?: string | undefined
}
export interface WimReparsePoint {
  /** [MS-FSCC] 2.1.2.1. */
  readonly tag: number
  readonly reserved: number
  readonly flags: number
  /** Of the reparse data behind its header. */
  readonly sha1?: string | undefined
}

export interface WimImageTree {
  readonly root: WimFile
  /** Self-relative security descriptors ([MS-DTYP] 2.4.6). */
  readonly security: readonly Uint8Array[]
}

export const isFolder = ({ attributes }: WimFile): boolean =>
  (attributes & (FILE_ATTRIBUTE.directory | FILE_ATTRIBUTE.reparsePoint)) === FILE_ATTRIBUTE.directory

/** Every SHA-1 that a file refers to. */
export const digestsOf = ({ sha1, streams = [], reparse, encrypted }: WimFile): string[] =>
  [sha1, reparse?.sha1, encrypted, ...streams.map(stream => stream.sha1)].filter(each => each !== undefined)

export interface WalkedFile {
  /** Names from the root down, joined by `/`; empty for the root. */
  readonly path: string
  readonly file: WimFile
}

/** Every file of a tree, parents before children, without recursion: hostile trees are deep. */
export function* walk(root: WimFile): Generator<WalkedFile, void, undefined> {
  const waiting: WalkedFile[] = [{ path: '', file: root }]
  for (let next = waiting.pop(); next; next = waiting.pop()) {
    yield next
    const { path, file } = next
    const children = file.children ?? []
    for (let index = children.length - 1; index >= 0; index--) {
      const child = children[index]!
      waiting.push({ path: path === '' ? child.name : `${path}/${child.name}`, file: child })
    }
  }
}
