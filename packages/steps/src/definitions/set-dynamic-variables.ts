import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { VARIABLE_SOURCES, type VariableSource } from '../variable-sources.ts'
import { type SecretText, secretText, variableName } from './common.ts'

export interface Rule extends Readonly<Partial<Record<VariableSource, readonly string[] | undefined>>> {
  readonly variables: Readonly<Record<string, readonly string[]>>
  readonly set: Readonly<Record<string, SecretText>>
}
export interface SetDynamicVariablesOptions {
  readonly rules: readonly Rule[]
}

const pattern = z.string().min(1)
const patterns: z.ZodType<readonly string[]> = z
  .union([pattern.transform(one => [one]), z.array(pattern).min(1)])
  .meta({
    description: 'A pattern, or several of which one must match; "*" matches any text, "?" one character',
  })
const asked = Object.fromEntries(Object.keys(VARIABLE_SOURCES).map(name => [name, patterns.optional()])) as Record<
  VariableSource,
  z.ZodOptional<typeof patterns>
>

const rule: z.ZodType<Rule> = z
  .strictObject({
    ...asked,
    variables: z
      .record(z.string().min(1), patterns)
      .default({})
      .meta({ description: 'Patterns for the values of variables' }),
    set: z.record(variableName, secretText).meta({ description: 'Variables to set if everything matches' }),
  })
  .refine(({ set }) => Object.keys(set).length > 0, { message: 'a rule must set at least one variable', path: ['set'] })

export const setDynamicVariables: Step<SetDynamicVariablesOptions> = {
  title: 'Set Dynamic Variables',
  description: 'Sets variables by rules about the computer: a rule that matches sets its variables. Later rules win.',
  schema: z.strictObject({ rules: z.array(rule).min(1) }),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: Object.fromEntries(
      Object.entries(VARIABLE_SOURCES).map(([name, variable]) => [variable, `Compared with \`${name}\``]),
    ),
  },
  program: import.meta.resolve('@bootwright/steps/programs/set-dynamic-variables'),
}
