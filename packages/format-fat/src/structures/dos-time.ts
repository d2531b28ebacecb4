import { FatError } from '../error.ts'

const FIRST_YEAR = 1980
const LAST_YEAR = 2107

/** A point in time as a directory entry holds it (FAT specification 1.03, section 6). */
export interface DosTime {
  readonly date: number
  /** Steps of two seconds. */
  readonly time: number
  /** Hundredths of a second that `time` leaves out, 0 to 199. */
  readonly hundredths: number
}

/**
 * The time in UTC: the format knows no time zone, and a medium must not depend on that of the build machine. Throws {@link FatError}
 * `FAT_DATE` outside 1980 to 2107.
 */
export function dosTime(moment: Date): DosTime {
  const year = moment.getUTCFullYear()
  if (!(year >= FIRST_YEAR && year <= LAST_YEAR))
    throw new FatError(
      'FAT_DATE',
      'options',
      `the date is ${moment}; expected a year from ${FIRST_YEAR} to ${LAST_YEAR}`,
    )
  const seconds = moment.getUTCSeconds()
  return {
    date: ((year - FIRST_YEAR) << 9) | ((moment.getUTCMonth() + 1) << 5) | moment.getUTCDate(),
    time: (moment.getUTCHours() << 11) | (moment.getUTCMinutes() << 5) | (seconds >> 1),
    hundredths: (seconds & 1) * 100 + Math.floor(moment.getUTCMilliseconds() / 10),
  }
}
