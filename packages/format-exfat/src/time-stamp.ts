import { ExfatError } from './error.ts'

/** exFAT specification 7.4.8: as on FAT, in UTC. Throws {@link ExfatError} for years that it cannot say. */
export function timeStamp(date: Date): { readonly stamp: number; readonly tenMilliseconds: number } {
  const year = date.getUTCFullYear()
  if (!(year >= 1980 && year <= 2107))
    throw new ExfatError('EXFAT_OPTION', 'options', `date is ${year}; expected a year from 1980 to 2107`)
  const seconds = date.getUTCSeconds()
  const day = ((year - 1980) << 9) | ((date.getUTCMonth() + 1) << 5) | date.getUTCDate()
  const time = (date.getUTCHours() << 11) | (date.getUTCMinutes() << 5) | (seconds >> 1)
  return {
    stamp: day * 0x10000 + time,
    tenMilliseconds: (seconds % 2) * 100 + Math.floor(date.getUTCMilliseconds() / 10),
  }
}
