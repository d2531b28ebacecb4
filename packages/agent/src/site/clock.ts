import { trustedTime } from '@bootwright/site-protocol'
import type { Computer } from '../ui/computer.ts'

/** Smaller deviations are not corrected. Milliseconds. */
const TOLERANCE = 60_000

/** Sets the clock from a management point, before certificate dates are checked against it. Throws `ConnectionError`. */
export async function setClockFrom(
  { clock, system, report }: Pick<Computer, 'clock' | 'system' | 'report'>,
  url: string,
  trust: { readonly authorities: readonly string[]; readonly proxy?: string | undefined },
): Promise<void> {
  const time = await trustedTime(url, trust)
  if (Math.abs(time.getTime() - clock.now().getTime()) < TOLERANCE) return
  report.print('info', 'clockSet', { time: time.toISOString() })
  await system.setClock(time)
}
