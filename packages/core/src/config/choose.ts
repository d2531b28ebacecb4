import { type Findings, isMap, kindOf, nearest, type Path, suggestion, validate } from '@bootwright/diagnostics'
import { officialNames, officialPluginFor } from './official-plugins.ts'
import type { SchemaLookup, ValidatedKind } from './schema-lookup.ts'

/** A contribution that a definition uses, with validated options. */
export interface Choice {
  readonly name: string
  readonly options: unknown
  /** Path of its options in the definition. */
  readonly path: Path
}

export interface Choosing {
  readonly lookup: SchemaLookup
  readonly findings: Findings
}

const KINDS: Readonly<Record<ValidatedKind, string>> = {
  mediaType: 'media type',
  bootImage: 'boot image',
  target: 'target',
  signer: 'signer',
}

/** Reads `[{ iso: { … } }, 'iso']` as a list of choices; invalid entries become findings and are left out. */
export async function chooseEach(kind: ValidatedKind, list: unknown, path: Path, context: Choosing): Promise<Choice[]> {
  if (list === undefined) return []
  if (!Array.isArray(list)) {
    const example = context.lookup.names(kind)[0] ?? officialNames(kind)[0] ?? KINDS[kind]
    context.findings.add(
      path,
      `expected a list of { ${KINDS[kind]}: options }, like [{ ${example}: {} }], found ${kindOf(list)}`,
    )
    return []
  }
  const choices = await Promise.all(list.map((item, index) => choose(kind, item, [...path, index], context)))
  return choices.filter(choice => choice !== undefined)
}

/** Reads `{ linux: { … } }` or `linux` as a choice. */
export async function choose(
  kind: ValidatedKind,
  value: unknown,
  path: Path,
  context: Choosing,
): Promise<Choice | undefined> {
  const { lookup, findings } = context
  const named = typeof value === 'string' ? { name: value, options: {}, path } : onlyEntry(value, path)
  if (!named) {
    const known = lookup.names(kind).join(', ') || 'none'
    const found = isMap(value) ? `${Object.keys(value).length} keys` : kindOf(value)
    findings.add(path, `expected { ${KINDS[kind]}: options } with one key, found ${found}; known: ${known}`)
    return undefined
  }
  if (!isKnown(kind, named.name, named.path, context)) return undefined
  // `iso:` with nothing below it means no options.
  const validated = await validate(lookup.schema(kind, named.name), named.options ?? {}, { findings, path: named.path })
  return validated && { ...named, options: validated.value }
}

/**
 * Whether a contribution of that name exists; if not, adds a finding. After a plugin failed to load, which is a finding of its own, a name
 * unlike any other may belong to that plugin and is not reported.
 */
export function isKnown(kind: ValidatedKind, name: string, path: Path, { lookup, findings }: Choosing): boolean {
  const known = lookup.names(kind)
  if (known.includes(name)) return true
  const isComplete = !findings.errors.some(finding => finding.path[0] === 'plugins')
  const plugin = officialPluginFor(kind, name)
  if (isComplete && plugin)
    findings.add(path, `no ${KINDS[kind]} "${name}"; add '${plugin}' to plugins; known: ${known.join(', ') || 'none'}`)
  else if (isComplete || (!plugin && nearest(name, known)))
    findings.add(path, `no ${KINDS[kind]} "${name}"${suggestion(name, known)}`)
  return false
}

function onlyEntry(value: unknown, path: Path): Choice | undefined {
  const entries = isMap(value) ? Object.entries(value) : []
  const [entry] = entries
  return entry && entries.length === 1 ? { name: entry[0], options: entry[1], path: [...path, entry[0]] } : undefined
}
