import { LifecycleError } from './lifecycle-error.ts'
import type { MediumBuild } from './medium-build.ts'

/** FAT and GRUB have no date before 1980. */
const EARLIEST = new Date('1980-01-01T00:00:00Z')

/** The one time stamp of the medium comes from its inputs, never from the clock: the definition, the caller, or the boot image. */
export function chooseDate(build: MediumBuild): void {
  const { entry, run, bootImage } = build
  const date = entry.date ?? run.sourceDate ?? bootImage?.date ?? EARLIEST
  build.date = date < EARLIEST ? EARLIEST : date
}

export function requireDate({ date, medium: { name } }: MediumBuild): void {
  if (Number.isNaN(date.getTime()))
    throw new LifecycleError('NO_DATE', name, `medium "${name}" has no valid date after resolveContent`)
}
