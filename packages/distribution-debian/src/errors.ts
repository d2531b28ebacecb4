export type DebianErrorCode =
  | 'APT_MISSING'
  | 'PACKAGE_UNKNOWN'
  | 'PACKAGE_GONE'
  | 'PACKAGE_CHANGED'
  | 'PACKAGE_UNREADABLE'

/** Thrown when packages cannot be resolved, downloaded or read. `subject` is the package, file or program concerned. */
export class DebianError extends Error {
  readonly code: DebianErrorCode
  readonly subject: string
  constructor(code: DebianErrorCode, subject: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'DebianError'
    this.code = code
    this.subject = subject
  }
}
