import type { StepProgram, StepVariables } from '@bootwright/api'
import { isLike } from '@bootwright/task-sequence/run'
import type { Rule, SetDynamicVariablesOptions } from '../definitions/set-dynamic-variables.ts'
import { VARIABLE_SOURCES, type VariableSource } from '../variable-sources.ts'
import { revealed } from './secret.ts'

const program: StepProgram<SetDynamicVariablesOptions> = {
  async run({ rules }, { variables, log }) {
    for (const [index, rule] of rules.entries()) {
      if (!fits(rule, variables)) continue
      log.info(`rule ${index + 1}: ${Object.keys(rule.set).join(', ')}`)
      for (const [name, value] of Object.entries(rule.set))
        variables.set(name, revealed(value), { isSecret: typeof value !== 'string' })
    }
  },
}
export default program

function fits(rule: Rule, variables: StepVariables): boolean {
  const asked = Object.entries(VARIABLE_SOURCES).map(
    ([name, variable]) => [variable, rule[name as VariableSource], LISTS.has(name)] as const,
  )
  const own = Object.entries(rule.variables).map(([name, patterns]) => [name, patterns, false] as const)
  return [...asked, ...own].every(([variable, patterns, isList]) => {
    if (patterns === undefined) return true
    const value = variables.get(variable) ?? ''
    const values = isList ? value.split(',') : [value]
    return patterns.some(pattern => values.some(each => isLike(each, pattern)))
  })
}

/** A computer has several of these. */
const LISTS: ReadonlySet<string> = new Set<VariableSource>(['macAddress', 'ipAddress', 'defaultGateway'])
