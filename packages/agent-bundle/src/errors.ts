export type AgentBundleErrorCode = 'RUNTIME_MISSING' | 'ELF_INVALID'

/** The agent or its Node runtime cannot be prepared for a boot image. */
export class AgentBundleError extends Error {
  readonly code: AgentBundleErrorCode
  constructor(code: AgentBundleErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options)
    this.name = 'AgentBundleError'
    this.code = code
  }
}
