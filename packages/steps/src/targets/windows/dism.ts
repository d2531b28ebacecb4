import type { StepContext } from '@bootwright/api'
import { must } from '../programs.ts'
import type { WimToApply } from '../wim.ts'

/** What DISM prints while it works: `[==   4.0%      ]`. */
const PROGRESS = /(\d+(?:\.\d+)?)%/g

export async function applyByDism(context: StepContext, { path, index, volume }: WimToApply): Promise<void> {
  const args = ['/English', '/Apply-Image', `/ImageFile:${path}`, `/Index:${index}`, `/ApplyDir:${volume}\\`]
  await must(context, 'dism', args, {
    onOutput(text) {
      const percent = [...text.matchAll(PROGRESS)].at(-1)?.[1]
      if (percent !== undefined) context.log.progress(Number(percent), 100, 'percent')
    },
  })
}
