export type MediumErrorCode =
  | 'DESCRIPTOR_INVALID'
  | 'DESCRIPTOR_VERSION'
  | 'ENVIRONMENT_INVALID'
  | 'ENVIRONMENT_VERSION'
  | 'CONTENT_ENCRYPTED'
  | 'CONTENT_INVALID'
  | 'MANIFEST_INVALID'
  | 'MANIFEST_VERSION'
  | 'SET_INVALID'
  | 'SET_VERSION'
  | 'SEALED_BROKEN'
  | 'TRUST_INVALID'
  | 'TRUST_VERSION'
  | 'WORK_FACTOR'
  | 'WRONG_PASSWORD'

/**
 * A part of a medium that cannot be read or written. `where` is the invalid key, for example `managementPoints.0.url`. Neither the
 * message nor the fields contain a value of the environment, and there is no cause: a parser's message may quote its input.
 */
export class MediumError extends Error {
  readonly code: MediumErrorCode
  readonly where: string | undefined
  constructor(code: MediumErrorCode, message: string, where?: string) {
    super(message)
    this.name = 'MediumError'
    this.code = code
    this.where = where
  }
}
