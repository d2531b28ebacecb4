import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import { attribute } from './plugin-error.ts'

/** The kernel's name in messages and traces. */
export const CORE = '@bootwright/core'

/** Work that a plugin does for the kernel. */
export interface PluginCall {
  /** The hook, or the occasion: `setup`, `check`, `dispose`. */
  readonly hook: string
  readonly plugin: string
  /** The name of the tap, or the contribution in use: `target "iso"`. */
  readonly name: string
}

/** Publishes start, end and error of every call, each with a {@link PluginCall} object of its own; free without a subscriber. */
export const pluginCallChannel: TracingChannel<unknown, PluginCall> = tracingChannel('bootwright:plugin-call')

export interface PluginCalls {
  /** Calls that have started and not settled, outer ones before those inside them. */
  readonly pending: ReadonlySet<PluginCall>
  /** Runs plugin code, unless `signal` is aborted. */
  run<T>(call: PluginCall, work: () => T | Promise<T>, signal?: AbortSignal): Promise<T>
}

/** The one place through which the kernel runs plugin code: attribution, cancellation, tracing, and the watchdog's list. */
export function trackPluginCalls(): PluginCalls {
  const pending = new Set<PluginCall>()
  const run = async <T>(call: PluginCall, work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> => {
    pending.add(call)
    try {
      signal?.throwIfAborted()
      return await work()
    } catch (error) {
      // The kernel's own errors are attributed to no plugin.
      throw attribute(error, call.plugin === CORE ? undefined : call.plugin, call.hook, signal)
    } finally {
      pending.delete(call)
    }
  }
  return {
    pending,
    run(call, work, signal) {
      // Tracing writes results and errors into the message, so each run needs its own.
      const own = { ...call }
      return pluginCallChannel.tracePromise(() => run(own, work, signal), own)
    },
  }
}
