import type { Schema } from '@bootwright/api'
import type { Path } from './findings.ts'

/** A JSON Schema (draft 2020-12), as far as it is looked into here. */
export interface JsonSchema {
  readonly [keyword: string]: unknown
  readonly $ref?: string
  readonly $defs?: Readonly<Record<string, JsonSchema>>
  readonly type?: string | readonly string[]
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly additionalProperties?: boolean | JsonSchema
  readonly items?: boolean | JsonSchema
  readonly prefixItems?: readonly JsonSchema[]
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
  readonly allOf?: readonly JsonSchema[]
}

/** Number of references that are followed in a row before a cycle is assumed. */
const MOST_REFERENCES = 32

/** The JSON Schema of the input. A schema that cannot describe itself accepts any input here. */
export function inputSchemaOf(schema: Schema): JsonSchema {
  try {
    // An option of zod: a part that JSON Schema cannot express accepts anything, instead of failing as a whole.
    const libraryOptions = { unrepresentable: 'any' }
    return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12', libraryOptions }) as JsonSchema
  } catch {
    return {}
  }
}

/** The schemas that may apply at `path`: several where a schema offers a choice. */
export function nodesAt(root: JsonSchema, path: Path): readonly JsonSchema[] {
  let nodes = choices(root, root)
  for (const key of path) nodes = nodes.flatMap(node => below(node, key)).flatMap(node => choices(root, node))
  return nodes
}

/** The keys that are allowed at `path`. */
export function keysAt(root: JsonSchema, path: Path): readonly string[] {
  return [...new Set(nodesAt(root, path).flatMap(node => Object.keys(node.properties ?? {})))]
}

/** Whether other keys than {@link keysAt} are refused at `path`. */
export function isClosedAt(root: JsonSchema, path: Path): boolean {
  const objects = nodesAt(root, path).filter(node => node.properties || node.additionalProperties !== undefined)
  return objects.length > 0 && objects.every(node => node.additionalProperties === false)
}

/** `node` with its references followed, or each of the schemas that it chooses from. */
function choices(root: JsonSchema, node: JsonSchema, depth = 0): readonly JsonSchema[] {
  if (depth > MOST_REFERENCES) return []
  const parts = [...(node.anyOf ?? []), ...(node.oneOf ?? []), ...(node.allOf ?? [])]
  if (node.$ref !== undefined) parts.push(resolve(root, node.$ref))
  if (parts.length === 0) return [node]
  const own = node.properties || node.type !== undefined ? [node] : []
  return [...own, ...parts.flatMap(part => choices(root, part, depth + 1))]
}

function below(node: JsonSchema, key: string | number): readonly JsonSchema[] {
  const next =
    typeof key === 'number'
      ? (node.prefixItems?.[key] ?? node.items)
      : ((Object.hasOwn(node.properties ?? {}, key) ? node.properties?.[key] : undefined) ?? node.additionalProperties)
  return typeof next === 'object' ? [next] : []
}

function resolve(root: JsonSchema, reference: string): JsonSchema {
  const parts = reference.replace(/^#\/?/, '').split('/').filter(Boolean)
  let node: unknown = root
  for (const part of parts) {
    const key = decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~')
    node = (node as Record<string, unknown> | undefined)?.[key]
  }
  return typeof node === 'object' && node !== null ? (node as JsonSchema) : {}
}
