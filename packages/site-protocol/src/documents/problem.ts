import * as z from 'zod'

/** Reasons for refusing a request, for programs. */
export const PROBLEM_CODES = [
  'CERTIFICATE_MISSING',
  'CERTIFICATE_UNKNOWN',
  'CERTIFICATE_BLOCKED',
  'CERTIFICATE_EXPIRED',
  'CERTIFICATE_NOT_YET_VALID',
  'CERTIFICATE_REVOKED',
  'ADMINISTRATOR_NEEDED',
  'SIGN_IN_NEEDED',
  'COMPUTER_UNKNOWN',
  'NOT_DEPLOYED',
  'REQUEST_INVALID',
  'CONTENT_MISSING',
  'NOT_FOUND',
  'FAILED',
] as const
export type ProblemCode = (typeof PROBLEM_CODES)[number]

/** Body of an error response. */
export interface Problem {
  readonly code: ProblemCode
  /** For people: what was found, what was expected, what to do. */
  readonly message: string
}
export const problem: z.ZodType<Problem> = z.object({ code: z.enum(PROBLEM_CODES), message: z.string() })

/** A request that a management point refused. */
export class SiteError extends Error {
  readonly code: ProblemCode
  constructor(code: ProblemCode, message: string) {
    super(message)
    this.name = 'SiteError'
    this.code = code
  }
}
