/** The existing output cannot be updated to the new build. */
export class NoUpdateError extends Error {
  readonly code: 'OTHER_MEDIUM' | 'OLDER_SERIAL'
  constructor(code: NoUpdateError['code'], message: string) {
    super(message)
    this.name = 'NoUpdateError'
    this.code = code
  }
}
