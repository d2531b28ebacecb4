import { SiteError } from '@bootwright/site-protocol'

/** A digest; its only group is the hexadecimal part. */
export const DIGEST: RegExp = /^sha256:([\da-f]{64})$/

/** Deliberately the same for content that is missing and for content that this caller may not read. */
export const contentMissing = (): SiteError =>
  new SiteError('CONTENT_MISSING', 'content not found, or not granted to this medium')
