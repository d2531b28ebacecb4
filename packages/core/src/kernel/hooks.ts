import { type BuildContext, type HookName, type Hooks, type PluginHooks, Stage } from '@bootwright/api'
import { suggestion } from '@bootwright/diagnostics'
import { AsyncSeriesHook } from 'tapable'
import { KernelError } from './kernel-error.ts'
import type { PluginCalls } from './plugin-call.ts'

/** The phases of the lifecycle, in order. */
export const phases: readonly HookName[] = ['resolveContent', 'prestart', 'package', 'sign', 'write']

type Context = BuildContext
type Hook = AsyncSeriesHook<[Context]>
type Tap = Hook['taps'][number] & { readonly plugin?: string }
type Act = (context: Context) => unknown

/** `scope` returns a plugin's own view of the context. */
export function createHooks(calls: PluginCalls, scope: (context: Context, plugin: string) => Context): Hooks {
  const hooks = Object.fromEntries(phases.map(name => [name, new AsyncSeriesHook<[Context]>(['context'], name)]))
  for (const [name, hook] of Object.entries(hooks)) {
    hook.intercept({
      register(tap) {
        const { plugin = tap.name, fn } = tap as Tap
        const call = { hook: name, plugin, name: tap.name }
        const act = (context: Context): Promise<unknown> =>
          calls.run(call, () => (fn as Act)(scope(context, plugin)), context.signal)
        return { ...tap, type: 'promise', fn: act }
      },
    })
  }
  return Object.freeze(hooks) as unknown as Hooks
}

/**
 * The hooks as one plugin sees them: it can only tap them, and every tap carries its name. `assertOpen` throws once its setup has ended.
 */
export function hooksFor(hooks: Hooks, plugin: string, assertOpen: () => void): PluginHooks {
  const tappable = (name: HookName): object => {
    const tap = (options: unknown, fn: unknown): void => {
      assertOpen()
      if (typeof fn !== 'function')
        throw new KernelError(
          'TAP_REFUSED',
          `${name} is tapped with ${typeof fn}; expected a function that takes the context`,
        )
      hooks[name].tapPromise({ ...checked(name, options), plugin } as { name: string }, fn as () => Promise<void>)
    }
    return Object.freeze({ tap, tapPromise: tap })
  }
  const known = Object.freeze(Object.fromEntries(phases.map(name => [name, tappable(name)])))
  return new Proxy(known, { get: knownHook }) as unknown as PluginHooks
}

/** A misspelt hook would be `undefined`, and the error would not name it. */
function knownHook(hooks: Readonly<Record<string, object>>, key: string | symbol): unknown {
  if (typeof key === 'symbol' || key in hooks) return Reflect.get(hooks, key)
  throw new KernelError('TAP_REFUSED', `unknown hook "${key}"${suggestion(key, phases)}`, phases)
}

const STAGES = Object.entries(Stage)

/** tapable silently accepts any option, and runs a tap before all stages when the name in its `before` is unknown. */
function checked(hook: HookName, options: unknown): { readonly name: string; readonly stage: number } {
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
