import type { PluginHooks } from './hooks.ts'
import type { Contributions, Kind } from './index.ts'
import type { Schema } from './schema.ts'
import type { Token, Values } from './token.ts'

/** Changes only when `setup(api)` breaks. */
export const API_VERSION = 1 as const

export interface PluginApi {
  readonly hooks: PluginHooks
  /** Offers a service under a token; made once, when it is first needed. */
  provide<T, const D extends readonly Token<unknown>[]>(
    key: Token<T>,
    needs: D,
    create: (...values: Values<D>) => T,
  ): void
  /** Adds a contribution of that kind; made once, when it is first used. */
  contribute<K extends Kind, const D extends readonly Token<unknown>[]>(
    kind: K,
    name: string,
    needs: D,
    create: (...values: Values<D>) => Contributions[K],
  ): void
  /** Runs when the kernel closes, in reverse order, also after a failure. */
  onDispose(dispose: () => void | Promise<void>): void
}

export interface Plugin {
  /** The package name. */
  readonly name: string
  readonly apiVersion: typeof API_VERSION
  /** Plugins that, when they are present, are set up before this one. */
  readonly after?: readonly string[]
  setup(api: PluginApi): void | Promise<void>
}

/** What a plugin module exports by default: the plugin, or a function from its options to the plugin. */
export type PluginModule = Plugin | PluginFactory
export interface PluginFactory {
  (options: unknown): Plugin
  /** Validates the options before the function is called. Without a schema, a plugin takes no options. */
  readonly schema?: Schema
}

/** Checks the plugin's shape at compile time. */
export const definePlugin = <const P extends Plugin>(plugin: P): P => plugin
