export { blobUrl, hasBlob, readBlob, writeBlob } from './blobs/blob-requests.ts'
export { CHUNKING_THRESHOLD, chunksOf, decodeChunks, encodeChunks } from './blobs/chunks.ts'
export { requiredBlobs } from './blobs/required-blobs.ts'
export { decodeAccess, readAccess, type SiteAccess } from './client/site-access.ts'
export { mainDistributionPoint, openSiteClient, type SiteClient } from './client/site-client.ts'
export { trustedTime } from './client/trusted-time.ts'
export { type Account, withAccount } from './connection/account.ts'
export {
  type Connection,
  type ConnectionCode,
  ConnectionError,
  type ConnectionOptions,
  openConnection,
} from './connection/connection.ts'
export { type ChainOptions, issuerOf } from './connection/issuer-of.ts'
export { type Blob, blobFor, sha256Of } from './documents/blob.ts'
export { type ComputerIdentity, computerIdentity, keysOf } from './documents/computer-identity.ts'
export { httpUrl, objectName, sha256, variables } from './documents/fields.ts'
export type { KnownMedium, RegisteredMedium } from './documents/medium.ts'
export type {
  KnownComputer,
  KnownSequence,
  MediumSummary,
  Overview,
  RunSummary,
  StepProgress,
  StoredContent,
  StoredSequence,
} from './documents/overview.ts'
export { PROBLEM_CODES, type Problem, type ProblemCode, problem, SiteError } from './documents/problem.ts'
export { blobsOf, type PublishedSequence, publishedSequence } from './documents/published-sequence.ts'
export type { StatusMessage } from './documents/status-message.ts'
export type { Change } from './routes/administrator-routes.ts'
export {
  type AffinityState,
  type Location,
  type OfferedDeployment,
  type Policy,
  type SignedTime,
  signedText,
} from './routes/medium-routes.ts'
export type { RequiredCaller, Route } from './routes/route.ts'
export { type RequestOf, type ResponseOf, ROUTES, type RouteName } from './routes/routes.ts'
