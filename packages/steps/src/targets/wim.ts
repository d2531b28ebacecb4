import type { StepContext } from '@bootwright/api'
import { applyByWimlib } from './linux/wimlib.ts'
import { applyByDism } from './windows/dism.ts'

export interface WimToApply {
  readonly path: string
  readonly index: number
  readonly volume: string
}

/** Applies an image of a WIM by the program that the boot image has for it. */
export const applyWim = (context: StepContext, wim: WimToApply): Promise<void> =>
  context.platform === 'windows' ? applyByDism(context, wim) : applyByWimlib(context, wim)
