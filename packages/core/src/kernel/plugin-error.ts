import { inspect } from 'node:util'

/** A failure inside a plugin. The original error is `cause`. */
export class PluginError extends Error {
  readonly code = 'PLUGIN'
  readonly plugin: string
  readonly where: string
  constructor(plugin: string, where: string, cause: unknown) {
    super(`[${plugin}] ${where}: ${messageOf(cause)}`, { cause })
    this.name = 'PluginError'
    this.plugin = plugin
    this.where = where
  }
}

/** Adds the plugin's name once, at the innermost call. A cancellation becomes the signal's reason; without `plugin` an error stays as it is. */
export function attribute(error: unknown, plugin: string | undefined, where: string, signal?: AbortSignal): unknown {
  if (signal?.aborted && isCancellation(error, signal.reason)) return signal.reason
  return error instanceof PluginError || plugin === undefined ? error : new PluginError(plugin, where, error)
}

/** Node's functions reject with an `AbortError` of their own, whose `cause` is the reason. */
function isCancellation(error: unknown, reason: unknown): boolean {
  if (error === reason) return true
  const { name, cause } = (error ?? {}) as { readonly name?: unknown; readonly cause?: unknown }
  return name === 'AbortError' || (cause !== undefined && cause === reason)
}

/** A plugin may throw any value, even one without a text form. */
function messageOf(thrown: unknown): string {
  const { message } = (thrown ?? {}) as { readonly message?: unknown }
  if (typeof message === 'string' && message !== '') return message
  return typeof thrown === 'string' ? thrown : inspect(thrown, { depth: 1 })
}
