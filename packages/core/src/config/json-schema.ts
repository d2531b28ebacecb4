import type { Schema } from '@bootwright/api'
import { inputSchemaOf, type JsonSchema } from '@bootwright/diagnostics'
import { definitionSchema, mediumName, mediumSchema } from './core-schema.ts'
import type { SchemaLookup, ValidatedKind } from './schema-lookup.ts'

/**
 * The JSON Schema (draft 2020-12) of definitions that use the contributions of `lookup`, with which editors complete and validate the file.
 * One document without external references; the schema of each contribution is in `$defs`, under its kind and name.
 */
export function definitionJsonSchema(lookup: SchemaLookup): JsonSchema {
  const definition = inputSchemaOf(definitionSchema)
  const $defs: Record<string, JsonSchema> = {}
  for (const kind of ['bootImage', 'target', 'signer'] as const)
    for (const name of lookup.names(kind)) Object.assign($defs, hoisted(idOf(kind, name), lookup.schema(kind, name)))
  const bootImage = { ...choice('bootImage', lookup, $defs), ...described('bootImage') }
  const targets = { type: 'array', items: choice('target', lookup, $defs), ...described('targets') }
  const signers = { type: 'array', items: choice('signer', lookup, $defs), ...described('signers') }
  const own = { ...ownMediumSchema.properties, bootImage, targets, signers }
  for (const name of lookup.names('mediaType')) {
    const id = idOf('mediaType', name)
    const parts = hoisted(id, lookup.schema('mediaType', name))
    const type = { ...ownMediumSchema.properties?.type, const: name }
    Object.assign($defs, parts, { [id]: withKeys(parts, parts[id] ?? {}, { ...own, type }) })
  }
  return {
    ...definition,
    title: 'Bootwright definition',
    properties: {
      ...definition.properties,
      media: {
        ...definition.properties?.media,
        propertyNames: withoutDialect(inputSchemaOf(mediumName)),
        additionalProperties: medium(lookup),
      },
    },
    $defs,
  }
}

const ownMediumSchema: JsonSchema = inputSchemaOf(mediumSchema)

const described = (key: string): JsonSchema => ({ description: ownMediumSchema.properties?.[key]?.description })

const idOf = (kind: ValidatedKind, name: string): string => `${kind}.${name}`

const pointerTo = (id: string): string =>
  `#/$defs/${encodeURIComponent(id.replaceAll('~', '~0').replaceAll('/', '~1'))}`

/** The keys of a medium depend on its `type`: conditions rather than a union of all types, so that editors report errors for the right one. */
function medium(lookup: SchemaLookup): JsonSchema {
  const names = lookup.names('mediaType')
  return {
    type: 'object',
    required: ['type'],
    properties: { type: { ...ownMediumSchema.properties?.type, ...(names.length > 0 && { enum: names }) } },
    ...(names.length > 0 && { allOf: names.map(whenTyped) }),
  }
}

const whenTyped = (name: string): JsonSchema => ({
  if: { properties: { type: { const: name } }, required: ['type'] },
  // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
  then: { $ref: pointerTo(idOf('mediaType', name)) },
})

/** `{ name: options }`, or the name alone where no option is required. */
function choice(kind: ValidatedKind, lookup: SchemaLookup, $defs: Readonly<Record<string, JsonSchema>>): JsonSchema {
  const names = lookup.names(kind)
  const withoutOptions = names.filter(name => !$defs[idOf(kind, name)]?.required?.length)
  const options = (name: string): JsonSchema => {
    const reference = { $ref: pointerTo(idOf(kind, name)) }
    return withoutOptions.includes(name) ? { anyOf: [reference, { type: 'null' }] } : reference
  }
  const map = {
    type: 'object',
    properties: Object.fromEntries(names.map(name => [name, options(name)])),
    additionalProperties: false,
    minProperties: 1,
    maxProperties: 1,
  }
  return withoutOptions.length === 0 ? map : { anyOf: [map, { type: 'string', enum: withoutOptions }] }
}

/** A contribution's schema as entries of the common `$defs`, with its own definitions beside it and its references adjusted. */
function hoisted(id: string, schema: Schema): Readonly<Record<string, JsonSchema>> {
  const { $defs = {}, ...rest } = withoutDialect(inputSchemaOf(schema))
  const inner = (name: string): string => `${id}.${name}`
  const repoint = (reference: string): string => {
    if (reference === '#') return pointerTo(id)
    const [, name, below = ''] = /^#\/\$defs\/([^/]+)(.*)$/.exec(reference) ?? []
    return name === undefined ? reference : pointerTo(inner(decodeURIComponent(name))) + below
  }
  const entries = Object.entries($defs).map(([name, part]) => [inner(name), mapReferences(part, repoint)])
  return { [id]: mapReferences(rest, repoint) as JsonSchema, ...Object.fromEntries(entries) }
}

function mapReferences(node: unknown, repoint: (reference: string) => string): unknown {
  if (Array.isArray(node)) return node.map(item => mapReferences(item, repoint))
  if (typeof node !== 'object' || node === null) return node
  const entries = Object.entries(node).map(([key, value]) => {
    return [key, key === '$ref' && typeof value === 'string' ? repoint(value) : mapReferences(value, repoint)]
  })
  return Object.fromEntries(entries)
}

/** A media type's schema that accepts the kernel's keys beside its own, in every branch. */
function withKeys(
  parts: Readonly<Record<string, JsonSchema>>,
  node: JsonSchema,
  keys: Readonly<Record<string, JsonSchema>>,
): JsonSchema {
  const widen = (branches: readonly JsonSchema[]): readonly JsonSchema[] =>
    branches.map(branch => withKeys(parts, branch, keys))
  const referred = Object.entries(parts).find(([id]) => node.$ref === pointerTo(id))?.[1]
  if (referred) return withKeys(parts, referred, keys)
  return {
    ...node,
    ...(node.anyOf && { anyOf: widen(node.anyOf) }),
    ...(node.oneOf && { oneOf: widen(node.oneOf) }),
    ...(node.allOf && { allOf: widen(node.allOf) }),
    ...((node.properties || !(node.anyOf ?? node.oneOf ?? node.allOf)) && {
      properties: { ...keys, ...node.properties },
    }),
  }
}

function withoutDialect({ $schema: _, ...schema }: JsonSchema): JsonSchema {
  return schema
}
