import type { HookName } from '@bootwright/api'

/** What a build tells its client. Texts are masked: they hold no secret. */
export type BuildEvent =
  | { readonly type: 'stage'; readonly medium: string; readonly stage: HookName; readonly state: 'start' | 'end' }
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
