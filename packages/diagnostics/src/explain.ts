import type { Path } from './findings.ts'
import { isBelowSecret } from './inline-secrets.ts'
import { type Issue, valueAt } from './issues.ts'
import { isClosedAt, type JsonSchema, keysAt, nodesAt } from './json-schema-nodes.ts'
import { nearest, suggestion } from './suggestion.ts'
import { branchOf } from './union.ts'
import { describe, either, kindOf, nounOf } from './words.ts'

export interface Input {
  /** What was validated. */
  readonly value: unknown
  /** The schema that it was validated against. */
  readonly schema: JsonSchema
  /** Keys that are allowed beside those of the schema, at its top level. */
  readonly moreKeys?: readonly string[]
}

export interface Explanation {
  readonly path: Path
  readonly message: string
}

/** Describes an issue for people: what was found, what was expected, and the name that was probably meant. */
export function explain(issue: Issue, input: Input): readonly Explanation[] {
  const { path } = issue
  const value = valueAt(input.value, path)
  switch (issue.code) {
    case 'unrecognized_keys':
      return (issue.keys ?? []).map(key => unknownKey([...path, key], input))
    case 'invalid_union':
      return explainUnion(issue, input)
    case 'invalid_key':
      return [{ path, message: `not a valid key: ${(issue.ofKey ?? []).map(inner => inner.message).join('; ')}` }]
    case 'invalid_value':
      return [{ path, message: byDefault(issue) ? wrongValue(path, value, issue.values ?? []) : issue.message }]
    case 'invalid_type':
      return [
        { path, message: byDefault(issue) ? wrongType(path, input, nounOf(issue.expected ?? '')) : issue.message },
      ]
  }
  const parent = path.slice(0, -1)
  const key = path.at(-1)
  if (typeof key === 'string' && value !== undefined && isClosedAt(input.schema, parent))
    if (!keysAt(input.schema, parent).includes(key)) return [unknownKey(path, input)]
  return [{ path, message: value === undefined ? `missing; ${issue.message}` : issue.message }]
}

/** Whether the message is zod's default; custom messages stay unchanged. */
const byDefault = ({ message }: Issue): boolean => /^Invalid (input|option|discriminator)/.test(message)

function unknownKey(path: Path, { schema, moreKeys = [] }: Input): Explanation {
  const parent = path.slice(0, -1)
  const key = String(path.at(-1))
  const known = [...(parent.length === 0 ? moreKeys : []), ...keysAt(schema, parent)]
  return { path, message: `unknown key "${key}"${suggestion(key, [...new Set(known)])}` }
}

function wrongType(path: Path, { value: whole, schema }: Input, otherwise: string): string {
  const value = valueAt(whole, path)
  const nodes = nodesAt(schema, path)
  const expected = describe(nodes) || otherwise
  if (value === undefined) return `missing; expected ${expected}`
  const takesText = nodes.length === 0 ? otherwise === 'text' : nodes.some(node => node.type === 'string')
  const isUnquoted = takesText && (typeof value === 'number' || typeof value === 'boolean')
  return `expected ${expected}, found ${kindOf(value)}${isUnquoted ? '; put it in quotes' : ''}`
}

function wrongValue(path: Path, value: unknown, values: readonly unknown[]): string {
  const expected = either(values.map(each => JSON.stringify(each)))
  if (value === undefined) return `missing; expected ${expected}`
  if (typeof value !== 'string' || isBelowSecret(path)) return `expected ${expected}, found ${kindOf(value)}`
  const meant = nearest(
    value,
    values.filter(each => typeof each === 'string'),
  )
  const hint = meant === undefined ? '' : `; did you mean "${meant}"?`
  return `expected ${expected}, found ${JSON.stringify(value)}${hint}`
}

function explainUnion(issue: Issue, input: Input): readonly Explanation[] {
  const { path } = issue
  const value = valueAt(input.value, path)
  if (issue.options) return [{ path, message: wrongValue(path, value, issue.options) }]
  if (!byDefault(issue)) return [{ path, message: issue.message }]
  const branch = branchOf(issue, value)
  if (branch) return branch.flatMap(inner => explain({ ...inner, path: [...path, ...inner.path] }, input))
  const literals = nodesAt(input.schema, path).flatMap(
    node => node.enum ?? (node.const === undefined ? [] : [node.const]),
  )
  const words = (issue.branches ?? [])
    .flat()
    .map(({ expected, values }) =>
      expected ? nounOf(expected) : either((values ?? []).map(each => JSON.stringify(each))),
    )
  const message = wrongType(path, input, either([...new Set(words)]))
  const meant =
    typeof value === 'string'
      ? nearest(
          value,
          literals.filter(each => typeof each === 'string'),
        )
      : undefined
  return [{ path, message: meant === undefined ? message : `${message}; did you mean "${meant}"?` }]
}
