export type BytesErrorCode =
  | 'SOURCE_UNREADABLE'
  | 'SOURCE_NOT_A_FILE'
  | 'SOURCE_CHANGED'
  | 'COMPUTED_LENGTH'
  | 'SEGMENTS_LENGTH'
  | 'TREE_PATH'
  | 'OUTPUT_EXISTS'
  | 'OUTPUT_IS_FOLDER'
  | 'OUTPUT_IS_SPECIAL'
  | 'OUTPUT_FOLDER_MISSING'
  | 'OUTPUT_FULL'
  | 'OUTPUT_UNWRITABLE'
  | 'OUTPUT_TOO_SMALL'
  | 'OUTPUT_NOT_KEPT'

/** A file or device that cannot be read or written; `path` names it. */
export class BytesError extends Error {
  readonly code: BytesErrorCode
  readonly path: string | undefined
  constructor(code: BytesErrorCode, message: string, { path, cause }: { path?: string; cause?: unknown } = {}) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'BytesError'
    this.code = code
    this.path = path
  }
}
