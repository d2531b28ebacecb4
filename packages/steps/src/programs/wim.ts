import type { StepContext } from '@bootwright/api'
import { applyByWimlib } from './linux/wimlib.ts'
import type { WimToApply } from './wim-to-apply.ts'
import { applyByDism } from './windows/dism.ts'

/** Applies an image of a WIM by the program that the boot image has for it. */
export const applyWim = (context: StepContext, wim: WimToApply): Promise<void> =>
  context.platform === 'windows' ? applyByDism(context, wim) : applyByWimlib(context, wim)
