import { type HookName, Stage } from '@bootwright/api'
import { phases } from '../kernel/hooks.ts'
import type { Kernel } from '../kernel/kernel.ts'
import { CORE } from '../kernel/plugin-call.ts'
import { assembleBootImage, resolveBootImage } from './boot-image.ts'
import { chooseDate, requireDate } from './date.ts'
import { planImages, requireWritten, writeImages } from './images.ts'
import { callMediaType } from './media-type.ts'
import type { MediumBuild } from './medium-build.ts'
import { signManifest } from './sign-manifest.ts'
import { freezeTree } from './tree.ts'

type Work = (build: MediumBuild) => void | Promise<void>

/** What the kernel does in a phase, in order. Plugins' taps run in between. */
interface Phase {
  /** After the `early` taps, before the `normal` ones. */
  readonly beforeNormal?: readonly Work[]
  /** After the `normal` taps, before the `late` ones. */
  readonly beforeLate?: readonly Work[]
  /** After all taps: what the next phase relies on. Throws when it does not hold. */
  readonly atEnd?: readonly Work[]
}

/** The lifecycle of one medium: the one place that says what happens when. */
const LIFECYCLE: Readonly<Record<HookName, Phase>> = {
  resolveContent: {
    beforeNormal: [resolveBootImage, chooseDate, callMediaType('resolveContent')],
    atEnd: [requireDate],
  },
  prestart: {
    beforeNormal: [callMediaType('prestart')],
  },
  package: {
    beforeNormal: [callMediaType('package'), assembleBootImage],
    atEnd: [planImages],
  },
  sign: {
    beforeLate: [signManifest, planImages, freezeTree],
  },
  write: {
    beforeNormal: [writeImages],
    atEnd: [requireWritten],
  },
}

/** Between the `normal` and the `late` taps. */
const BEFORE_LATE = (Stage.normal + Stage.late) / 2

/** Taps the kernel's own work; called before any plugin's setup, so that it runs first within its stage. */
export function tapLifecycle({ hooks }: Kernel): void {
  for (const phase of phases) {
    const { beforeNormal = [], beforeLate = [] } = LIFECYCLE[phase]
    // Plugins see a view that they cannot write to; the kernel sees the build itself and fills it in.
    const tap = (stage: number, works: readonly Work[]): void => {
      if (works.length > 0) hooks[phase].tapPromise({ name: CORE, stage }, build => runAll(works, build as MediumBuild))
    }
    tap(Stage.normal, beforeNormal)
    tap(BEFORE_LATE, beforeLate)
  }
}

/** Runs phases for one medium, in order. */
export async function runPhases(build: MediumBuild, names: readonly HookName[]): Promise<void> {
  const { kernel } = build.run
  const medium = build.medium.name
  for (const phase of names) {
    build.signal.throwIfAborted()
    kernel.emit({ type: 'phase', medium, phase, state: 'start' })
    await kernel.hooks[phase].promise(build)
    await runAll(LIFECYCLE[phase].atEnd ?? [], build)
    kernel.emit({ type: 'phase', medium, phase, state: 'end' })
  }
}

async function runAll(works: readonly Work[], build: MediumBuild): Promise<void> {
  for (const work of works) await work(build)
}
