import type { StepProgram } from '@bootwright/api'
import type { RestartComputerOptions } from '../definitions/restart-computer.ts'

const program: StepProgram<RestartComputerOptions> = {
  async run({ into, message, seconds = 0 }, context) {
    const { variables, environment } = context
    const shown = variables.get('SMSRebootMessage') ?? message
    const timeout = Number(variables.get('SMSRebootTimeout') ?? seconds)
    context.restart(into ?? environment, {
      ...(shown !== undefined && { message: shown }),
      seconds: Number.isFinite(timeout) ? timeout : seconds,
    })
  },
}
export default program
