export { decodeAccess, type SiteAccess } from './access.ts'
export { type Account, withAccount } from './account.ts'
export { blobUrl, hasBlob, readBlob, writeBlob } from './blobs.ts'
export { type ChainOptions, issuerOf } from './chain.ts'
export { CHUNKED_FROM, chunksOf, decodeChunks, encodeChunks } from './chunks.ts'
export { mainDistributionPoint, openSiteClient, type SiteClient } from './client.ts'
export {
  type Connection,
  type ConnectionCode,
  ConnectionError,
  type ConnectionOptions,
  openConnection,
} from './connection.ts'
export {
  type Blob,
  blobsOf,
  objectName,
  type PublishedSequence,
  publishedSequence,
  sha256,
  variables,
} from './documents.ts'
export { type ComputerIdentity, computerIdentity, keysOf } from './identity.ts'
export type { KnownMedium, RegisteredMedium } from './media.ts'
export type {
  KnownComputer,
  KnownSequence,
  MediumSummary,
  Overview,
  RunSummary,
  StepProgress,
  StoredContent,
  StoredSequence,
} from './overview.ts'
export { PROBLEM_CODES, type Problem, type ProblemCode, problem, SiteError } from './problem.ts'
export { requiredBlobs } from './required-blobs.ts'
export type { Change } from './routes/for-administrators.ts'
export {
  type AffinityState,
  type Location,
  type OfferedDeployment,
  type Policy,
  type SignedTime,
  signedText,
} from './routes/for-media.ts'
export type { Route } from './routes/route.ts'
export { type AnswerOf, type RequestOf, ROUTES, type RouteName } from './routes.ts'
export type { StatusMessage } from './status.ts'
export { trustedTime } from './trusted-time.ts'
