export { AgentBundleError, type AgentBundleErrorCode } from './errors.ts'
export { plugin as default } from './plugin.ts'
