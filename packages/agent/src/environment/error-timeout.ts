import type { Report } from '../ui/report.ts'
import type { Variables } from './variables.ts'

/** Seconds that an unattended computer shows a failure: the established default of `SMSTSErrorDialogTimeout`. */
export const ERROR_SECONDS = 900

/** The value of `SMSTSErrorDialogTimeout` in seconds. A value that is not a whole number prints a warning and has no effect. */
export function errorSeconds(report: Report, variables: Variables): number {
  const value = variables.get('SMSTSErrorDialogTimeout')?.value
  if (value === undefined) return ERROR_SECONDS
  if (/^\d+$/.test(value.trim())) return Number(value)
  report.print('warn', 'errorTimeoutInvalid', { seconds: ERROR_SECONDS })
  return ERROR_SECONDS
}
