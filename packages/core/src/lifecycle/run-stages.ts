import { type HookName, Stage } from '@bootwright/api'
import { lifecycle } from '../kernel/hooks.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { CORE } from '../kernel/plugin-call.ts'
import type { MediumBuild } from './medium-build.ts'
import { promises } from './promises.ts'
import { steps } from './steps.ts'

/** Taps the kernel's own steps; called before any plugin's setup, so that they are the first of their stage. */
export function tapSteps(kernel: Kernel): void {
  for (const stage of lifecycle) {
    const tap = { name: CORE, stage: Stage.normal }
    // Plugins see a view that they cannot write to; the kernel sees the build itself and fills it in.
    kernel.hooks[stage].tapPromise(tap, build => steps[stage](build as MediumBuild))
  }
}

/** Runs stages of the lifecycle for one medium, in order, and checks what each promises. */
export async function runStages(build: MediumBuild, stages: readonly HookName[]): Promise<void> {
  const { kernel } = build.run
  const medium = build.medium.name
  for (const stage of stages) {
    build.signal.throwIfAborted()
    kernel.emit({ type: 'stage', medium, stage, state: 'start' })
    await kernel.hooks[stage].promise(build)
    await promises[stage](build)
    kernel.emit({ type: 'stage', medium, stage, state: 'end' })
  }
}
