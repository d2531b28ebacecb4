/** What is there cannot become what was built. */
export class NoUpdateError extends Error {
  readonly code: 'OTHER_MEDIUM' | 'OLDER_SERIAL'
  constructor(code: NoUpdateError['code'], message: string) {
    super(message)
    this.name = 'NoUpdateError'
    this.code = code
  }
}
