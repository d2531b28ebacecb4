import type { StepProgram } from '@bootwright/api'
import type { SetTaskSequenceVariableOptions } from '../definitions/set-task-sequence-variable.ts'
import { revealed } from './secret.ts'

const program: StepProgram<SetTaskSequenceVariableOptions> = {
  async run({ name, value }, { variables }) {
    variables.set(name, revealed(value), { isSecret: typeof value !== 'string' })
  },
}
export default program
