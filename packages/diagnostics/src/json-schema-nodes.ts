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

/** References that are followed one after another before they are taken for a ring. */
const MOST_REFERENCES = 32

/** What the user may write, by the schema's own description; a schema that cannot describe itself accepts anything here. */
export function inputSchemaOf(schema: Schema): JsonSchema {
  try {
    // The option is zod's: a part that JSON Schema has no words for is left open instead of failing the whole.
    const libraryOptions = { unrepresentable: 'any' }
    return schema['~standard'].jsonSchema.input({ target: 'draft-2020-12', libraryOptions }) as JsonSchema
  } catch {
    return {}
  }
}

/** The schemas that may apply at `path`: several where a schema offers a choice. */
export function nodesAt(root: JsonSchema, path: Path): readonly JsonSchema[] {
  let nodes = choices(root, root)
  for (const step of path) nodes = nodes.flatMap(node => below(node, step)).flatMap(node => choices(root, node))
  return nodes
}

/** The keys that may be written at `path`. */
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

function below(node: JsonSchema, step: string | number): readonly JsonSchema[] {
  const next =
    typeof step === 'number'
      ? (node.prefixItems?.[step] ?? node.items)
      : ((Object.hasOwn(node.properties ?? {}, step) ? node.properties?.[step] : undefined) ??
        node.additionalProperties)
  return typeof next === 'object' ? [next] : []
}

function resolve(root: JsonSchema, reference: string): JsonSchema {
  const steps = reference.replace(/^#\/?/, '').split('/').filter(Boolean)
  let node: unknown = root
  for (const step of steps) {
    const key = decodeURIComponent(step).replaceAll('~1', '/').replaceAll('~0', '~')
    node = (node as Record<string, unknown> | undefined)?.[key]
  }
  return typeof node === 'object' && node !== null ? (node as JsonSchema) : {}
}
