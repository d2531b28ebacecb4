import type { Step } from '@bootwright/api'

interface Node {
  readonly type?: string
  readonly description?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly default?: unknown
  readonly properties?: Readonly<Record<string, Node>>
  readonly required?: readonly string[]
  readonly items?: Node
  readonly anyOf?: readonly Node[]
  readonly allOf?: readonly Node[]
}

const schemaOf = (step: Step): Node =>
  step.schema['~standard'].jsonSchema.input({ target: 'draft-2020-12' }) as unknown as Node

/** For programs. */
export const stepFacts = (step: Step): object => ({
  title: step.title,
  description: step.description,
  runsIn: step.runsIn,
  platforms: step.platforms,
  needs: step.needs ?? [],
  variables: step.variables ?? {},
  options: schemaOf(step),
})

/** For people, a line each. */
export function describeStep(name: string, step: Step): string[] {
  const { reads = {}, sets = {} } = step.variables ?? {}
  return [
    `${name}: ${step.title}`,
    `  ${step.description}`,
    `  runs in    ${step.runsIn.map(each => (each === 'bootImage' ? 'the boot image' : 'the installed system')).join(', ')}`,
    `  on         ${step.platforms.join(', ')}${step.needs?.length ? `; needs ${step.needs.join(', ')}` : ''}`,
    ...section('options', optionsOf(schemaOf(step))),
    ...section('reads', Object.entries(reads)),
    ...section('sets', Object.entries(sets)),
  ]
}

const section = (title: string, entries: readonly (readonly [string, string])[]): string[] =>
  entries.length === 0 ? [] : [`  ${title}`, ...entries.map(([key, text]) => `    ${key.padEnd(24)}${text}`.trimEnd())]

/** The keys of a map; of several ways to write a step, those of the map. */
function optionsOf(node: Node, prefix = ''): [string, string][] {
  const map = [node, ...(node.anyOf ?? [])].find(each => each.properties)
  return Object.entries(map?.properties ?? {}).flatMap(([key, each]): [string, string][] => {
    const path = `${prefix}${key}`
    const isNeeded = map?.required?.includes(key) && each.default === undefined
    const text = [kindOf(each), isNeeded ? 'required' : '', defaultOf(each), each.description ?? ''].filter(Boolean)
    const inner = each.items?.properties ? optionsOf(each.items, `${path}[].`) : []
    return [[path, text.join('; ')], ...inner]
  })
}

function kindOf({ type, enum: values, const: value, anyOf, items }: Node): string {
  if (values) return values.join(' | ')
  if (value !== undefined) return JSON.stringify(value)
  if (anyOf) return [...new Set(anyOf.map(kindOf))].join(' | ')
  return type === 'array'
    ? `list of ${items ? kindOf(items) : 'any value'}`
    : (NAMES[type ?? ''] ?? type ?? 'any value')
}
const NAMES: Readonly<Record<string, string>> = {
  string: 'text',
  object: 'map',
  boolean: 'true | false',
  integer: 'whole number',
}

const defaultOf = (node: Node): string =>
  node.default === undefined ? '' : `${JSON.stringify(node.default)} by default`
