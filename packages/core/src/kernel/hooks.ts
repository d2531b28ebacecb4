import { type BuildContext, type HookName, type Hooks, type PluginHooks, Stage } from '@bootwright/api'
import { suggestion } from '@bootwright/diagnostics'
import { AsyncSeriesHook } from 'tapable'
import { KernelError } from './kernel-error.ts'
import type { PluginCalls } from './plugin-call.ts'

/** The lifecycle, in the order it runs. */
export const lifecycle: readonly HookName[] = ['resolveContent', 'prestart', 'package', 'sign', 'write']

type Context = BuildContext
type Hook = AsyncSeriesHook<[Context]>
type Tap = Hook['taps'][number] & { readonly plugin?: string }
type Act = (context: Context) => unknown

/** `scope` gives a plugin its own view of the context. */
export function createHooks(steps: PluginCalls, scope: (context: Context, plugin: string) => Context): Hooks {
  const hooks = Object.fromEntries(lifecycle.map(name => [name, new AsyncSeriesHook<[Context]>(['context'], name)]))
  for (const [name, hook] of Object.entries(hooks)) {
    hook.intercept({
      register(tap) {
        const { plugin = tap.name, fn } = tap as Tap
        const step = { hook: name, plugin, step: tap.name }
        const act = (context: Context): Promise<unknown> =>
          steps.run(step, () => (fn as Act)(scope(context, plugin)), context.signal)
        return { ...tap, type: 'promise', fn: act }
      },
    })
  }
  return Object.freeze(hooks) as unknown as Hooks
}

/**
 * The same hooks as one plugin sees them: it may tap, nothing else, and every tap carries its name. `assertOpen` throws when its setup has
 * ended.
 */
export function hooksFor(hooks: Hooks, plugin: string, assertOpen: () => void): PluginHooks {
  const tappable = (name: HookName): object => {
    const tap = (options: unknown, fn: unknown): void => {
      assertOpen()
      if (typeof fn !== 'function')
        throw new KernelError('TAP_REFUSED', `${name} is tapped with ${typeof fn}; expected a function of the context`)
      hooks[name].tapPromise({ ...judged(name, options), plugin } as { name: string }, fn as () => Promise<void>)
    }
    return Object.freeze({ tap, tapPromise: tap })
  }
  const known = Object.freeze(Object.fromEntries(lifecycle.map(name => [name, tappable(name)])))
  return new Proxy(known, { get: knownHook }) as unknown as PluginHooks
}

/** A misspelt hook would be `undefined`, and the failure would not say of what. */
function knownHook(hooks: Readonly<Record<string, object>>, key: string | symbol): unknown {
  if (typeof key === 'symbol' || key in hooks) return Reflect.get(hooks, key)
  throw new KernelError('TAP_REFUSED', `there is no hook "${key}"${suggestion(key, lifecycle)}`, lifecycle)
}

const STAGES = Object.entries(Stage)

/** tapable takes any option in silence, and runs a tap first, over all stages, when the name in its `before` is unknown. */
function judged(hook: HookName, options: unknown): { readonly name: string; readonly stage: number } {
  const refuse = (what: string, known: readonly string[] = []): never => {
    throw new KernelError('TAP_REFUSED', `${hook} is tapped with ${what}`, known)
  }
  const given = typeof options === 'string' ? { name: options } : ((options ?? {}) as Record<string, unknown>)
  const { name, stage = Stage.normal, before, ...unknown } = given as Record<string, unknown>
  if (typeof name !== 'string' || name.trim() === '') return refuse('no name; expected { name, stage }')
  if (before !== undefined)
    return refuse(`"before" in "${name}"; use "stage" within a hook, and "after" of the plugin between plugins`)
  const [key] = Object.keys(unknown)
  if (key !== undefined) return refuse(`unknown "${key}" in "${name}"; known: name, stage`, ['name', 'stage'])
  if (!STAGES.some(([, value]) => value === stage)) {
    const known = STAGES.map(([label]) => `Stage.${label}`)
    return refuse(`stage ${JSON.stringify(stage)} in "${name}"; known: ${known.join(', ')}`, known)
  }
  return { name, stage: stage as number }
}
