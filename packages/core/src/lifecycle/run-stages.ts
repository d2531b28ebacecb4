import { type HookName, Stage } from '@bootwright/api'
import { lifecycle } from '../kernel/hooks.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { CORE, type MediumBuild } from './medium-build.ts'
import { promises } from './promises.ts'
import { steps } from './steps.ts'

/** Taps the kernel's own steps; called before any plugin's setup, so that they are the first of their stage. */
export function tapSteps(kernel: Kernel): void {
  for (const stage of lifecycle) {
    const tap = { name: CORE, stage: Stage.normal }
    // Taps see a view of the build that they cannot write to; the kernel fills in the build itself.
    kernel.hooks[stage].tapPromise(tap, view => steps[stage](Object.getPrototypeOf(view) as MediumBuild))
  }
}

/** Runs stages of the lifecycle for one medium, in order, and checks what each promises. */
export async function runStages(build: MediumBuild, stages: readonly HookName[]): Promise<void> {
  const { kernel } = build.run
  const medium = build.medium.name
  for (const stage of stages) {
    kernel.emit({ type: 'stage', medium, stage, state: 'start' })
    await kernel.hooks[stage].promise(build)
    await promises[stage](build)
    kernel.emit({ type: 'stage', medium, stage, state: 'end' })
  }
}
