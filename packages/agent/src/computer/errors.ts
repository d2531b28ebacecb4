import type { ConnectionCode, ProblemCode } from '@bootwright/site-protocol'

export type AgentErrorCode =
  | ProblemCode
  | Exclude<ConnectionCode, 'UNREACHABLE'>
  | 'SITE_UNREACHABLE'
  | 'AFFINITY_PENDING'
  | 'VARIABLE_NAME'
  | 'VARIABLE_READ_ONLY'
  | 'VARIABLE_VALUE'
  | 'NO_CONSOLE'
  | 'NOT_YET_VALID'
  | 'EXPIRED'
  | 'PASSWORD_WRONG'
  | 'MOUNT_FAILED'
  | 'NETWORK_MISSING'
  | 'FILE_TOO_LARGE'
  | 'FILE_CHANGED'
  | 'RUNTIME_MISSING'
  | 'STATE_INVALID'
  | 'MEDIUM_MISSING'
  | 'CONTENT_CHANGED'
  | 'STEP_UNKNOWN'
  | 'SYSTEM_MISSING'

/** An error of the agent. Messages never quote the value of a variable. */
export class AgentError extends Error {
  readonly code: AgentErrorCode
  constructor(code: AgentErrorCode, message: string, { cause }: { cause?: unknown } = {}) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'AgentError'
    this.code = code
  }
}

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
export const stackOf = (error: unknown): string => (error instanceof Error && error.stack) || String(error)
