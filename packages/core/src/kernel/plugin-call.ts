import { type TracingChannel, tracingChannel } from 'node:diagnostics_channel'
import { attribute } from './plugin-error.ts'

/** The kernel's name in messages and traces. */
export const CORE = '@bootwright/core'

/** Something that a plugin does for the kernel. */
export interface PluginCall {
  /** The hook, or what else is going on: `setup`, `check`, `dispose`. */
  readonly hook: string
  readonly plugin: string
  /** The name of the tap, or the contribution that is used: `target "iso"`. */
  readonly step: string
}

/** Publishes start, end and error of every step, with a {@link PluginCall} of its own as the message; costs nothing without a subscriber. */
export const pluginCallChannel: TracingChannel<unknown, PluginCall> = tracingChannel('bootwright:plugin-call')

export interface PluginCalls {
  /** Steps that have started and not settled, outer ones before those inside them. */
  readonly pending: ReadonlySet<PluginCall>
  /** Runs plugin code. Not at all when `signal` is aborted. */
  run<T>(step: PluginCall, work: () => T | Promise<T>, signal?: AbortSignal): Promise<T>
}

/** The one place through which the kernel runs plugin code: attribution, cancellation, tracing and what the watchdog reads. */
export function trackPluginCalls(): PluginCalls {
  const pending = new Set<PluginCall>()
  const run = async <T>(step: PluginCall, work: () => T | Promise<T>, signal?: AbortSignal): Promise<T> => {
    pending.add(step)
    try {
      signal?.throwIfAborted()
      return await work()
    } catch (error) {
      throw attribute(error, step.plugin, step.hook, signal)
    } finally {
      pending.delete(step)
    }
  }
  return {
    pending,
    run(step, work, signal) {
      // Tracing writes results and errors into the message: each run has its own.
      const own = { ...step }
      return pluginCallChannel.tracePromise(() => run(own, work, signal), own)
    },
  }
}
