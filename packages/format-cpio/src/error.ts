export type CpioErrorCode =
  | 'CPIO_DATE'
  | 'CPIO_DEVICE'
  | 'CPIO_FILE_TOO_LARGE'
  | 'CPIO_NAME'
  | 'CPIO_MAGIC'
  | 'CPIO_FIELD'
  | 'CPIO_KIND'
  | 'CPIO_TRUNCATED'
  | 'CPIO_TOO_MANY'

/**
 * An archive that cannot be written as planned, or that was read and is not valid. `path` names the entry, `offset` is the byte of the
 * archive at which the fault lies; either may be absent.
 */
export class CpioError extends Error {
  readonly code: CpioErrorCode
  readonly path: string | undefined
  readonly offset: number | undefined
  constructor(
    code: CpioErrorCode,
    message: string,
    { path, offset }: { path?: string | undefined; offset?: number | undefined } = {},
  ) {
    super(offset === undefined ? message : `at byte ${offset}: ${message}`)
    this.name = 'CpioError'
    this.code = code
    this.path = path
    this.offset = offset
  }
}
