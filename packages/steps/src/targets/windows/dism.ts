import type { StepContext } from '@bootwright/api'
import { must, percentShown } from '../programs.ts'
import type { WimToApply } from '../wim.ts'

/** What DISM prints while it works: `[==   4.0%      ]`. */
const PROGRESS = /(\d+(?:\.\d+)?)%/g

export async function applyByDism(context: StepContext, { path, index, volume }: WimToApply): Promise<void> {
  const args = ['/English', '/Apply-Image', `/ImageFile:${path}`, `/Index:${index}`, `/ApplyDir:${volume}\\`]
  await must(context, 'dism', args, { onOutput: percentShown(context, PROGRESS) })
}
