import { promises as fs } from 'node:fs'
import type { PluginCall } from '@bootwright/core'

/** Chrome trace event format, complete events; times in microseconds. */
interface TraceEvent {
  readonly name: string
  readonly cat: string
  readonly ph: 'X'
  readonly ts: number
  readonly dur: number
  readonly pid: number
  readonly tid: number
  readonly args: Readonly<Record<string, unknown>>
}

/** Records every call of every plugin until it is disposed, then writes the file: open it in Perfetto or chrome://tracing. */
export async function traceTo(file: string, mask: (text: string) => string): Promise<AsyncDisposable> {
  const { pluginCallChannel } = await import('@bootwright/core')
  const events: TraceEvent[] = []
  const started = new WeakMap<PluginCall, number>()
  const failed = new WeakMap<PluginCall, string>()
  const subscribers = {
    start: (call: PluginCall) => void started.set(call, performance.now()),
    asyncEnd(call: PluginCall) {
      const begin = started.get(call) ?? performance.now()
      const { plugin, hook, name } = call
      const error = failed.get(call)
      events.push({
        name: `${plugin} ${hook}`,
        cat: hook,
        ph: 'X',
        ts: Math.round(begin * 1000),
        dur: Math.round((performance.now() - begin) * 1000),
        pid: 1,
        tid: 1,
        args: { plugin, hook, call: name, ...(error && { error: mask(error) }) },
      })
    },
    end() {},
    asyncStart() {},
    error: (call: PluginCall & { readonly error: unknown }) => void failed.set(call, String(call.error)),
  }
  pluginCallChannel.subscribe(subscribers as Parameters<typeof pluginCallChannel.subscribe>[0])
  return {
    async [Symbol.asyncDispose]() {
      pluginCallChannel.unsubscribe(subscribers as Parameters<typeof pluginCallChannel.unsubscribe>[0])
      await fs.writeFile(file, `${JSON.stringify({ traceEvents: events, displayTimeUnit: 'ms' })}\n`)
    },
  }
}
