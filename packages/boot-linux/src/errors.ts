export type BootLinuxErrorCode =
  | 'APT_MISSING'
  | 'APT_FAILED'
  | 'PACKAGE_UNKNOWN'
  | 'PACKAGE_GONE'
  | 'PACKAGE_CHANGED'
  | 'PACKAGE_UNREADABLE'
  | 'PACKAGE_FILE_MISSING'
  | 'ELF_INVALID'
  | 'MODULE_INVALID'
  | 'LIBRARY_MISSING'
  | 'EXECUTABLE_UNKNOWN'
  | 'ARCHITECTURE_WRONG'
  | 'FILE_UNREADABLE'

/** Why a boot image cannot be had. `subject` is the package, file or program that it is about. */
export class BootLinuxError extends Error {
  readonly code: BootLinuxErrorCode
  readonly subject: string
  constructor(code: BootLinuxErrorCode, subject: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'BootLinuxError'
    this.code = code
    this.subject = subject
  }
}
