export { AgentError, type AgentErrorCode } from './errors.ts'
export { plugin as default } from './plugin.ts'
