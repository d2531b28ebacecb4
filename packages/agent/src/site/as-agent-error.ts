import { ConnectionError, SiteError } from '@bootwright/site-protocol'
import { AgentError } from '../computer/errors.ts'

/** Converts errors of a site and of connections to {@link AgentError}; returns other errors as they are. */
export function asAgentError(error: unknown): unknown {
  if (error instanceof SiteError) return new AgentError(error.code, error.message, { cause: error })
  if (error instanceof ConnectionError)
    return new AgentError(error.code === 'UNREACHABLE' ? 'SITE_UNREACHABLE' : error.code, error.message, {
      cause: error,
    })
  return error
}
