export type ContentErrorCode =
  | 'CONTENT_UNREADABLE'
  | 'LIBRARY_DAMAGED'
  | 'LIBRARY_UNREADABLE'
  | 'PIN_DAMAGED'
  | 'PIN_UNREADABLE'
  | 'PIN_NAME'
  | 'NOT_PLAIN_JSON'

/** Content that cannot be read or stored; `path` is the file or, for a value, the part of it. */
export class ContentError extends Error {
  readonly code: ContentErrorCode
  readonly path: string
  constructor(code: ContentErrorCode, path: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'ContentError'
    this.code = code
    this.path = path
  }
}
