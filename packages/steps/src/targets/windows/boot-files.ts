import type { StepContext } from '@bootwright/api'
import { must } from '../programs.ts'

/** Makes Windows start: the boot files and the BCD store, by the `bcdboot` of Windows PE. */
export async function makeWindowsStart(
  context: StepContext,
  { volume }: { readonly volume: string; readonly root: string },
): Promise<void> {
  if (context.platform !== 'windows')
    throw new Error(
      'Windows is made to start by a boot image with Windows PE; build the medium with bootImage: { winpe: … }, or say bootLoader: none',
    )
  const firmware = context.firmware.kind === 'uefi' ? 'UEFI' : 'BIOS'
  await must(context, 'bcdboot', [`${volume}\\Windows`, '/f', firmware])
}
