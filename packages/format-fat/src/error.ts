export type FatErrorCode =
  | 'FAT_DATE'
  | 'FAT_OPTION'
  | 'FAT_NAME'
  | 'FAT_NAME_CLASH'
  | 'FAT_LINK'
  | 'FAT_FILE_TOO_LARGE'
  | 'FAT_FOLDER_FULL'
  | 'FAT_VOLUME_FULL'
  | 'FAT_SIGNATURE'
  | 'FAT_FIELD'
  | 'FAT_TRUNCATED'
  | 'FAT_CHAIN'
  | 'FAT_CROSS_LINK'
  | 'FAT_TREE_TOO_LARGE'

/** Where in a volume a fault lies. */
export type FatStructure = 'options' | 'tree' | 'boot sector' | 'allocation table' | 'folder'

export interface FatErrorPlace {
  /** The entry of the tree. */
  readonly path?: string | undefined
  /** The byte of the volume. */
  readonly offset?: number | undefined
  readonly cause?: unknown
}

/** A volume that cannot be written as planned, or that was read and is not valid. */
export class FatError extends Error {
  readonly code: FatErrorCode
  readonly structure: FatStructure
  readonly path: string | undefined
  readonly offset: number | undefined
  constructor(
    code: FatErrorCode,
    structure: FatStructure,
    message: string,
    { path, offset, cause }: FatErrorPlace = {},
  ) {
    super(
      `${structure}${offset === undefined ? '' : ` at byte ${offset}`}: ${message}`,
      cause === undefined ? {} : { cause },
    )
    this.name = 'FatError'
    this.code = code
    this.structure = structure
    this.path = path
    this.offset = offset
  }
}
