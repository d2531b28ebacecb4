export type CmsErrorCode = 'CMS_INVALID' | 'CMS_TOO_LARGE' | 'KEY_UNSUPPORTED' | 'SIGNATURE_WRONG'

/** A signed message that cannot be made or read. */
export class CmsError extends Error {
  readonly code: CmsErrorCode
  constructor(code: CmsErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'CmsError'
    this.code = code
  }
}
