import type { Report } from '../ui/report.ts'
import type { Variables } from './variables.ts'

/** How long an unattended computer shows what failed: the established default of `SMSTSErrorDialogTimeout`, in seconds. */
export const ERROR_SECONDS = 900

/** The seconds that `SMSTSErrorDialogTimeout` asks for. What is no whole number is told and has no effect. */
export function errorSeconds(report: Report, variables: Variables): number {
  const value = variables.get('SMSTSErrorDialogTimeout')?.value
  if (value === undefined) return ERROR_SECONDS
  if (/^\d+$/.test(value.trim())) return Number(value)
  report.print('warn', 'errorTimeoutInvalid', { seconds: ERROR_SECONDS })
  return ERROR_SECONDS
}
