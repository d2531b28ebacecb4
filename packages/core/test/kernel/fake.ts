import { API_VERSION, type BuildContext, type Plugin, type PluginApi } from '@bootwright/api'
import type { BuildEvent } from '../../src/kernel/events.ts'
import { Kernel } from '../../src/kernel/kernel.ts'

export const plugin = (name: string, setup: (api: PluginApi) => void | Promise<void>, after?: string[]): Plugin => ({
  name,
  apiVersion: API_VERSION,
  setup,
  ...(after && { after }),
})

export interface Opened {
  readonly kernel: Kernel
  readonly events: BuildEvent[]
}

export async function open(plugins: readonly Plugin[], signal: AbortSignal = neverAborted()): Promise<Opened> {
  const events: BuildEvent[] = []
  const kernel = await Kernel.create(plugins, { emit: event => events.push(event), signal })
  return { kernel, events }
}

export const neverAborted = (): AbortSignal => new AbortController().signal

/** A context for taps that look at nothing but `signal`, `log`, `date` and `tree`. */
export const context = (signal: AbortSignal = neverAborted()): BuildContext =>
  ({ signal, tree: new Map(), date: new Date(0), secretOfTheKernel: 1 }) as unknown as BuildContext
