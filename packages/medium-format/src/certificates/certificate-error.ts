export type CertificateErrorCode =
  | 'PKCS12_PASSWORD'
  | 'PKCS12_BROKEN'
  | 'KEY_MISSING'
  | 'CLIENT_AUTHENTICATION_MISSING'
  | 'EXPIRED'
  | 'EXPIRES_SOON'
  | 'NOT_YET_VALID'
  | 'PEM_EMPTY'
  | 'PEM_BROKEN'

/** A certificate that cannot be used, or that expires soon. Neither the message nor a cause contains a password or a key. */
export class CertificateError extends Error {
  readonly code: CertificateErrorCode
  constructor(code: CertificateErrorCode, message: string) {
    super(message)
    this.name = 'CertificateError'
    this.code = code
  }
}
