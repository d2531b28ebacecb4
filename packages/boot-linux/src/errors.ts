export type BootLinuxErrorCode =
  | 'DISTRIBUTION_UNKNOWN'
  | 'KERNEL_UNKNOWN'
  | 'PACKAGE_FILE_MISSING'
  | 'ELF_INVALID'
  | 'MODULE_INVALID'
  | 'LIBRARY_MISSING'
  | 'EXECUTABLE_UNKNOWN'
  | 'ARCHITECTURE_WRONG'
  | 'FILE_UNREADABLE'

/** Thrown when a boot image cannot be built. `subject` is the distribution, package, file or program concerned. */
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
