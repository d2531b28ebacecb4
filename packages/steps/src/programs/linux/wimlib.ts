import type { StepContext } from '@bootwright/api'
import { DISK_FULL, failed, percentShown } from '../run-program.ts'
import type { WimToApply } from '../wim-to-apply.ts'
import { deviceOf, fileSystemOn } from './volumes.ts'

/** What wimlib prints while it works: `Extracting file data: 12 MiB of 300 MiB (4%) done`. */
const PROGRESS = /\((\d+)%\) done/g
/** wimlib's exit codes 2..., `WIMLIB_ERR_*`: of no space (`WIMLIB_ERR_WRITE` 72) there is only the text. */
const NO_SPACE = /No space left on device/

/** To NTFS with everything that it has; to other file systems with owners, modes and extended attributes of UNIX. */
export async function applyByWimlib(context: StepContext, { path, index, volume }: WimToApply): Promise<void> {
  const isNtfs = (await fileSystemOn(context, volume)) === 'ntfs'
  // A volume with NTFS is written directly, so it must not be mounted.
  if (isNtfs) await context.disks.unmount(volume)
  const to = isNtfs ? await deviceOf(context, volume) : await context.disks.mount(volume)
  const args = ['apply', path, String(index), to, ...(isNtfs ? [] : ['--unix-data'])]
  await runWimlib(context, args, `the volume ${volume}`)
}

/** Runs wimlib with its progress shown. Throws what it said; `to` is what may be full. */
export async function runWimlib(context: StepContext, args: readonly string[], to: string): Promise<void> {
  const result = await context.run('wimlib-imagex', args, { onOutput: percentShown(context, PROGRESS) })
  if (result.exitCode === 0) return
  if (!NO_SPACE.test(result.output)) throw failed('wimlib-imagex', result)
  throw Object.assign(new Error(`${to} is too small for the image: no space is left on it`), { exitCode: DISK_FULL })
}
