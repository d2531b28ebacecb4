export type WimErrorCode =
  | 'WIM_SIGNATURE'
  | 'WIM_TRUNCATED'
  | 'WIM_FIELD'
  | 'WIM_TOO_LARGE'
  | 'WIM_COMPRESSION'
  | 'WIM_DIGEST'
  | 'WIM_ENCRYPTED'
  | 'WIM_PARTS'
  | 'WIM_IMAGE'
  | 'WIM_BLOB'
  | 'WIM_NAME'
  | 'WIM_PATH'
  | 'WIM_OPTION'
export type WimStructure =
  | 'header'
  | 'lookup table'
  | 'chunk table'
  | 'compressed data'
  | 'XML data'
  | 'metadata'
  | 'integrity table'
  | 'blob'
  | 'image'
  | 'options'
export interface WimErrorPlace {
  /** Path inside the image. */
  readonly path?: string | undefined
  /** Byte of the WIM; of metadata, byte of the metadata resource when it is decompressed. */
  readonly offset?: number | undefined
  readonly cause?: unknown
}

/** A WIM that cannot be read or made: what was found, what was expected, and where. */
export class WimError extends Error {
  readonly code: WimErrorCode
  readonly structure: WimStructure
  readonly path: string | undefined
  readonly offset: number | undefined
  constructor(code: WimErrorCode, structure: WimStructure, message: string, place: WimErrorPlace = {}) {
    super(
      `${structure}${place.offset === undefined ? '' : ` at byte ${place.offset}`}: ${message}`,
      place.cause === undefined ? {} : { cause: place.cause },
    )
    this.name = 'WimError'
    this.code = code
    this.structure = structure
    this.path = place.path
    this.offset = place.offset
  }
}
