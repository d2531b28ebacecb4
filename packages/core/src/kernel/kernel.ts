import type { BuildContext, Contributions, Hooks, Kind, Plugin, Token } from '@bootwright/api'
import type { Emit } from './events.ts'
import { createHooks, hooksFor } from './hooks.ts'
import { KernelError } from './kernel-error.ts'
import { CORE, type PluginCalls, trackPluginCalls } from './plugin-call.ts'
import { Registry } from './registry.ts'
import { type Reports, reportsTo } from './report.ts'
import { sortPlugins } from './sort-plugins.ts'
import { viewOf } from './view.ts'
import { watchIdle } from './watchdog.ts'

export interface KernelOptions {
  readonly emit: Emit
  readonly signal: AbortSignal
  /** Runs before any setup. */
  readonly prepare?: (kernel: Kernel) => void
}

/** Plugins after their setup, with their contributions and taps. Knows neither definitions nor media. */
export class Kernel implements AsyncDisposable {
  readonly registry: Registry = new Registry()
  readonly hooks: Hooks
  readonly emit: Emit
  readonly reports: Reports
  readonly #signal: AbortSignal
  readonly #calls: PluginCalls = trackPluginCalls()
  readonly #disposers: { plugin: string; dispose: () => void | Promise<void> }[] = []
  #isClosed = false

  private constructor({ emit, signal }: KernelOptions) {
    this.emit = emit
    this.reports = reportsTo(emit)
    this.#signal = signal
    this.hooks = createHooks(this.#calls, (context, plugin) => this.scope(context, plugin))
  }

  /** Runs every plugin's `setup`, in the order of the list and of `after`. */
  static async create(plugins: readonly Plugin[], options: KernelOptions): Promise<Kernel> {
    const kernel = new Kernel(options)
    try {
      options.prepare?.(kernel)
      await kernel.watch(async () => {
        for (const plugin of sortPlugins(plugins)) await kernel.#install(plugin)
      })
      return kernel
    } catch (error) {
      await kernel.abandon()
      throw error
    }
  }

  /** The context as one plugin sees it, with its own log and progress; for the kernel, the context itself. */
  scope<Options>(context: BuildContext<Options>, plugin: string): BuildContext<Options> {
    if (plugin === CORE) return context
    return viewOf(context, { log: this.reports.log(plugin), progress: this.reports.progress(plugin) })
  }

  /** Calls a contribution on behalf of the kernel. Errors are attributed to the plugin that contributed it. */
  async call<K extends Kind, T>(
    kind: K,
    name: string,
    where: string,
    call: (contribution: Contributions[K], plugin: string) => T | Promise<T>,
  ): Promise<T> {
    const plugin = this.registry.owner(kind, name)
    const use = { hook: where, plugin, name: `${kind} "${name}"` }
    return this.#calls.run(use, () => call(this.registry.use(kind, name), plugin), this.#signal)
  }

  get<T>(key: Token<T>): T {
    return this.registry.get(key)
  }

  /** Runs `work`; fails with the names of pending calls when the process becomes idle because one of them never settles. */
  async watch<T>(work: () => Promise<T>): Promise<T> {
    if (this.#isClosed) throw new KernelError('CLOSED', 'the session is closed; open a new one')
    return await watchIdle(work, this.#calls.pending, this.#signal)
  }

  /** Runs all disposers in reverse; throws one `AggregateError` when some failed. */
  async [Symbol.asyncDispose](): Promise<void> {
    const errors = await this.#close()
    if (errors.length === 0) return
    const list = errors.map(error => (error instanceof Error ? error.message : String(error)))
    throw new AggregateError(errors, `plugins failed while closing: ${list.join('; ')}`)
  }

  /** Closes after a failure. That failure is what is reported; disposers that fail too are warnings. */
  async abandon(): Promise<void> {
    for (const error of await this.#close())
      this.reports.log(CORE).warn(error instanceof Error ? error.message : String(error))
  }

  async #close(): Promise<readonly unknown[]> {
    this.#isClosed = true
    const errors: unknown[] = []
    for (let last = this.#disposers.pop(); last; last = this.#disposers.pop()) {
      const { plugin, dispose } = last
      const call = { hook: 'dispose', plugin, name: 'onDispose' }
      await watchIdle(() => this.#calls.run(call, dispose), this.#calls.pending).catch(error => errors.push(error))
    }
    await this.registry.dispose()
    return errors
  }

  async #install(plugin: Plugin): Promise<void> {
    const { registry } = this
    const { name } = plugin
    let isOpen = true
    const assertOpen = (): void => {
      if (!isOpen)
        throw new KernelError(
          'SETUP_ENDED',
          `${name} registers something after its setup has ended; register it in setup`,
        )
    }
    const setup = (): void | Promise<void> =>
      plugin.setup({
        hooks: hooksFor(this.hooks, name, assertOpen),
        provide(key, needs, create) {
          assertOpen()
          registry.provide(name, key, needs, create)
        },
        contribute(kind, label, needs, create) {
          assertOpen()
          registry.contribute(name, kind, label, needs, create)
        },
        // Allowed after setup: what is created on first use is disposed too.
        onDispose: dispose => {
          if (this.#isClosed)
            throw new KernelError('CLOSED', `${name} calls onDispose after the session has been closed`)
          this.#disposers.push({ plugin: name, dispose })
        },
      })
    try {
      await this.#calls.run({ hook: 'setup', plugin: name, name: 'setup' }, setup, this.#signal)
    } finally {
      isOpen = false
    }
  }
}
