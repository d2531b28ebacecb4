import {
  isReadOnlyVariable,
  VARIABLE_NAME_PATTERN,
  VARIABLE_VALUE_LIMIT,
  type Variable,
  variableKey,
} from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'

export interface NamedVariable {
  /** Spelled as it was first set. */
  readonly name: string
  readonly value: string
  readonly isSecret: boolean
}

/** The task sequence variables of this run. Names are case-insensitive. */
export interface Variables {
  get(name: string): NamedVariable | undefined
  /**
   * Sets a variable; an empty value deletes it. A secret stays a secret. Throws {@link AgentError} `VARIABLE_NAME`,
   * `VARIABLE_READ_ONLY` for names that begin with `_`, or `VARIABLE_VALUE`.
   */
  set(name: string, value: string, options?: { readonly isSecret?: boolean }): void
  /** Sets any variable, read-only ones included. For the engine. */
  setUnchecked(name: string, value: string, options?: { readonly isSecret?: boolean }): void
  /** All variables, sorted by name. */
  list(): readonly NamedVariable[]
  /** Variables that differ from the medium; a deleted one has an empty value. Sorted by name. */
  changes(): readonly NamedVariable[]
}

export function createVariables(
  initial: Readonly<Record<string, Variable>>,
  onSecret: (value: string) => void = () => {},
): Variables {
  const original = new Map<string, NamedVariable>()
  const current = new Map<string, NamedVariable>()
  for (const [name, { value, isSecret = false }] of Object.entries(initial)) {
    original.set(variableKey(name), { name, value, isSecret })
    if (isSecret) onSecret(value)
    if (value !== '') current.set(variableKey(name), { name, value, isSecret })
  }
  const assign = (name: string, value: string, { isSecret = false }: { readonly isSecret?: boolean } = {}): void => {
    const key = variableKey(name)
    const known = current.get(key) ?? original.get(key)
    const variable = { name: known?.name ?? name, value, isSecret: isSecret || (known?.isSecret ?? false) }
    if (variable.isSecret) onSecret(value)
    if (value === '') current.delete(key)
    else current.set(key, variable)
  }
  return {
    get: name => current.get(variableKey(name)),
    set(name, value, options) {
      validateName(name)
      validateValue(name, value)
      assign(name, value, options)
    },
    setUnchecked(name, value, options) {
      validateSyntax(name)
      assign(name, value, options)
    },
    list: () => sorted([...current.values()]),
    changes: () =>
      sorted([
        ...[...current]
          .filter(([key, { value }]) => original.get(key)?.value !== value)
          .map(([, variable]) => variable),
        ...[...original]
          .filter(([key, { value }]) => value !== '' && !current.has(key))
          .map(([, gone]) => emptied(gone)),
      ]),
  }
}

const emptied = (variable: NamedVariable): NamedVariable => ({ ...variable, value: '' })

function validateSyntax(name: string): void {
  if (!VARIABLE_NAME_PATTERN.test(name))
    throw new AgentError(
      'VARIABLE_NAME',
      `"${name}" is not a valid variable name; expected a letter, then letters, digits, "_" or "-", at most 256 characters`,
    )
}

function validateName(name: string): void {
  validateSyntax(name)
  if (isReadOnlyVariable(name))
    throw new AgentError(
      'VARIABLE_READ_ONLY',
      `${name} is read-only, like all names that begin with "_"; use another name`,
    )
}

function validateValue(name: string, value: string): void {
  if (value.length > VARIABLE_VALUE_LIMIT)
    throw new AgentError(
      'VARIABLE_VALUE',
      `the value of ${name} has ${value.length} characters; expected at most ${VARIABLE_VALUE_LIMIT}`,
    )
  // A NUL ends a value in the environment of a process.
  if (value.includes('\0'))
    throw new AgentError('VARIABLE_VALUE', `the value of ${name} contains a NUL character; remove it`)
}

const sorted = (variables: NamedVariable[]): NamedVariable[] =>
  variables.sort((a, b) => (variableKey(a.name) < variableKey(b.name) ? -1 : 1))
