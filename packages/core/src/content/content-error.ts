export type ContentErrorCode =
  | 'CONTENT_UNREADABLE'
  | 'LIBRARY_DAMAGED'
  | 'LIBRARY_UNREADABLE'
  | 'KEPT_DAMAGED'
  | 'KEPT_UNREADABLE'
  | 'KEPT_NAME'
  | 'NOT_PLAIN_JSON'

/** Content that could not be had, stored or remembered; `path` names the file or, of a value, the part of it. */
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
