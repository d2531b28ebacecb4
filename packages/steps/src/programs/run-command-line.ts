import type { StepProgram } from '@bootwright/api'
import type { RunCommandLineOptions } from '../definitions/run-command-line.ts'
import { keepOutput, workingFolder } from './package-folder.ts'

const program: StepProgram<RunCommandLineOptions> = {
  async run(options, context) {
    const folder = await workingFolder(options, context)
    const { exitCode, output } = await context.shell(options.command, { folder })
    keepOutput(options.outputVariable, output, context)
    return exitCode
  },
}
export default program
