import type { HookName } from '@bootwright/api'

/** Reports of a build to its client. Secrets in texts are masked. */
export type BuildEvent =
  | { readonly type: 'phase'; readonly medium: string; readonly phase: HookName; readonly state: 'start' | 'end' }
  | {
      readonly type: 'progress'
      readonly id: number
      readonly state: 'start' | 'update' | 'end'
      readonly plugin: string
      readonly task: string
      readonly done: number
      readonly total?: number | undefined
      readonly unit: 'bytes' | 'items'
    }
  | {
      readonly type: 'log'
      readonly level: 'debug' | 'info' | 'warn'
      readonly plugin: string
      readonly message: string
    }

export type Emit = (event: BuildEvent) => void
