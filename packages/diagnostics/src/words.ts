import type { JsonSchema } from './json-schema-nodes.ts'

const NOUNS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  integer: 'a whole number',
  boolean: 'true or false',
  object: 'a map',
  record: 'a map',
  array: 'a list',
  tuple: 'a list',
  null: 'nothing',
}

export const nounOf = (type: string): string => NOUNS[type] ?? type

/** The kind of a value. The value itself is not shown: it may be a secret. */
export function kindOf(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'boolean' ? String(value) : nounOf(typeof value)
}

/** What the schemas accept: `"unlimited", a number or { env: … }`. Empty if unknown. */
export function describe(nodes: readonly JsonSchema[]): string {
  return either([...new Set(nodes.flatMap(describeNode))])
}

export function either(words: readonly string[]): string {
  return words.length < 2 ? (words[0] ?? '') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`
}

function describeNode(node: JsonSchema): readonly string[] {
  if (node.const !== undefined) return [JSON.stringify(node.const)]
  if (node.enum) return node.enum.map(value => JSON.stringify(value))
  if (node.format === 'date') return ['a date like 2026-11-24']
  const keys = node.required?.length ? node.required : Object.keys(node.properties ?? {})
  if (keys.length > 0) return [`{ ${keys.map(key => `${key}: …`).join(', ')} }`]
  return [node.type ?? []].flat().map(nounOf)
}

export const isMap = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
