import * as z from 'zod'

/** Why a management point refuses, in words that programs know. */
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

/** The body of an answer that is none. */
export interface Problem {
  readonly code: ProblemCode
  /** For people: what was found, what was expected, what to do. */
  readonly message: string
}
export const problem: z.ZodType<Problem> = z.object({ code: z.enum(PROBLEM_CODES), message: z.string() })

export class SiteError extends Error {
  readonly code: ProblemCode
  constructor(code: ProblemCode, message: string) {
    super(message)
    this.name = 'SiteError'
    this.code = code
  }
}
