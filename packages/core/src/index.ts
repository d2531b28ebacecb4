export { DefinitionError, type DefinitionFinding } from '@bootwright/diagnostics'
export type { Definition, MediumEntry } from './config/validate-definition.ts'
export { ContentError, type ContentErrorCode } from './content/content-error.ts'
export { inspectImage } from './inspect.ts'
export type { BuildEvent } from './kernel/events.ts'
export { phases } from './kernel/hooks.ts'
export { KernelError, type KernelErrorCode } from './kernel/kernel-error.ts'
export { type PluginCall, pluginCallChannel } from './kernel/plugin-call.ts'
export { PluginError } from './kernel/plugin-error.ts'
export { IdleError } from './kernel/watchdog.ts'
export { LifecycleError, type LifecycleErrorCode } from './lifecycle/lifecycle-error.ts'
export {
  type BuiltMedium,
  type OpenOptions,
  openSession,
  type PlannedMedium,
  type Session,
} from './session.ts'
