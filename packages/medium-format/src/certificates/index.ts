export { CertificateError, type CertificateErrorCode } from './certificate-error.ts'
export {
  CLIENT_AUTHENTICATION,
  certificateFaults,
  EXPIRY_WARNING_DAYS,
  type Validity,
  validityFault,
} from './certificate-faults.ts'
export { readPemCertificates } from './pem.ts'
export { openPkcs12 } from './pkcs12.ts'
export { createSelfSigned, type SelfSignedRequest } from './self-signed.ts'
