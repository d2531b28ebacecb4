import { messageOf, stackOf } from '../computer/errors.ts'
import type { Computer, Outcome } from './computer.ts'
import { choose } from './menu.ts'

/**
 * Handles unexpected errors. The first is printed, and `leave` receives the choice of the operator; later ones, often consequences of the
 * first, are only logged.
 */
export function handleUnexpectedErrors(
  { terminal, report, paths }: Pick<Computer, 'terminal' | 'report' | 'paths'>,
  leave: (outcome: Outcome) => void,
): (error: unknown) => Promise<void> {
  let hasStopped = false
  return async error => {
    report.log('error', 'unexpected error', { stack: stackOf(error) })
    if (hasStopped) return
    hasStopped = true
    report.print('error', 'unexpectedError', { error: messageOf(error), log: paths.log })
    leave(await choose({ terminal, messages: report.messages, choices: ['reboot', 'powerOff'] }))
  }
}
