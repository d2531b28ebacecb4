import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { type SecretText, secretText, variableName } from './common.ts'

export interface SetTaskSequenceVariableOptions {
  readonly name: string
  readonly value: SecretText
}

export const setTaskSequenceVariable: Step<SetTaskSequenceVariableOptions> = {
  title: 'Set Task Sequence Variable',
  description: 'Sets a variable; an empty value deletes it.',
  schema: z.strictObject({ name: variableName, value: secretText }),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  program: import.meta.resolve('@bootwright/steps/programs/set-task-sequence-variable'),
}
