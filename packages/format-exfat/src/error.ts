export type ExfatErrorCode =
  | 'EXFAT_SIGNATURE'
  | 'EXFAT_TRUNCATED'
  | 'EXFAT_FIELD'
  | 'EXFAT_CHECKSUM'
  | 'EXFAT_CHAIN'
  | 'EXFAT_ENTRY'
  | 'EXFAT_NAME'
  | 'EXFAT_NAME_CLASH'
  | 'EXFAT_FOLDER_FULL'
  | 'EXFAT_TREE_TOO_LARGE'
  | 'EXFAT_LINK'
  | 'EXFAT_OPTION'
  | 'EXFAT_VOLUME_FULL'
export type ExfatStructure = 'boot region' | 'allocation table' | 'folder' | 'tree' | 'options'
export interface ExfatErrorPlace {
  readonly path?: string | undefined
  /** Byte of the structure. */
  readonly offset?: number | undefined
}

/** A volume that cannot be read or made: what was found, what was expected, and where. */
export class ExfatError extends Error {
  readonly code: ExfatErrorCode
  readonly structure: ExfatStructure
  readonly path: string | undefined
  readonly offset: number | undefined
  constructor(code: ExfatErrorCode, structure: ExfatStructure, message: string, place: ExfatErrorPlace = {}) {
    super(`${structure}${place.offset === undefined ? '' : ` at byte ${place.offset}`}: ${message}`)
    this.name = 'ExfatError'
    this.code = code
    this.structure = structure
    this.path = place.path
    this.offset = place.offset
  }
}
