import type { StepContext } from '@bootwright/api'
import { diskWith } from '../linux/volumes.ts'
import { runOrThrow } from '../run-program.ts'
import { makeWindowsStartFromLinux } from './windows-from-linux.ts'

/** Makes Windows start: its boot files, and the boot configuration store (BCD). */
export async function makeWindowsStart(
  context: StepContext,
  windows: { readonly volume: string; readonly root: string },
): Promise<void> {
  if (context.platform === 'linux') {
    if (context.firmware.kind === 'bios')
      throw new Error(
        'a boot image with Linux makes Windows start under UEFI only; start this computer by UEFI, or build the medium with bootImage: { winpe: … }',
      )
    return await makeWindowsStartFromLinux(context, { ...windows, disk: await diskWith(context, windows.volume) })
  }
  const firmware = context.firmware.kind === 'uefi' ? 'UEFI' : 'BIOS'
  await runOrThrow(context, 'bcdboot', [`${windows.volume}\\Windows`, '/f', firmware])
}
