export type BootWinpeErrorCode =
  | 'SOURCE_MISSING'
  | 'FILE_MISSING'
  | 'FILE_UNREADABLE'
  | 'IMAGE_MISSING'
  | 'IMAGE_FOREIGN'
  | 'ARCHITECTURE_WRONG'
  | 'SIGNATURE_MISSING'

/** Why a boot image cannot be had. `subject` is the file or folder that it is about. */
export class BootWinpeError extends Error {
  readonly code: BootWinpeErrorCode
  readonly subject: string
  constructor(code: BootWinpeErrorCode, subject: string, message: string, cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'BootWinpeError'
    this.code = code
    this.subject = subject
  }
}
