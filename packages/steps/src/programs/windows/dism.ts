import type { StepContext } from '@bootwright/api'
import { percentShown, runOrThrow } from '../run-program.ts'
import type { WimToApply } from '../wim-to-apply.ts'

/** What DISM prints while it works: `[==   4.0%      ]`. */
const PROGRESS = /(\d+(?:\.\d+)?)%/g

/** An image that is split has more files beside the first. */
export async function applyByDism(context: StepContext, { path, index, volume }: WimToApply): Promise<void> {
  const args = ['/English', '/Apply-Image', `/ImageFile:${path}`, `/Index:${index}`, `/ApplyDir:${volume}\\`]
  await runOrThrow(context, 'dism', args, { onOutput: percentShown(context, PROGRESS) })
}

export interface DriversToAdd {
  readonly volume: string
  readonly folder: string
  readonly recurse: boolean
  readonly unsigned: boolean
  readonly more: readonly string[]
}

export async function addDrivers(
  context: StepContext,
  { volume, folder, recurse, unsigned, more }: DriversToAdd,
): Promise<void> {
  const args = [
    '/English',
    `/Image:${volume}\\`,
    '/Add-Driver',
    `/Driver:${folder}`,
    ...(recurse ? ['/Recurse'] : []),
    ...(unsigned ? ['/ForceUnsigned'] : []),
    ...more,
  ]
  await runOrThrow(context, 'dism', args, { onOutput: text => context.log.output(text) })
}
