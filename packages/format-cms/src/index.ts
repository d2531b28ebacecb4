export { CmsError, type CmsErrorCode } from './error.ts'
export {
  keySigner,
  mergeSignedData,
  type PreparedSignedData,
  prepareSignedData,
  type SignedContent,
  type SignedDataSpec,
  signSignedData,
} from './make.ts'
export type { CmsSigner } from './signer.ts'
export { signersOf } from './signers-of.ts'
export { subjectOf } from './subject.ts'
export { type SignerProblem, type VerifiedSigner, type VerifyOptions, verifySignedData } from './verify.ts'
