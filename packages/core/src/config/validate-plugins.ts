import {
  createFindings,
  explain,
  type Findings,
  inputSchemaOf,
  type Path,
  readIssue,
  valueAt,
} from '@bootwright/diagnostics'
import { pluginsSchema } from './core-schema.ts'
import type { RawDefinition } from './load-definition.ts'

/** A plugin as the definition lists it. */
export interface PluginReference {
  /** Package name, or path relative to the definition. */
  readonly specifier: string
  /** Not validated yet; `undefined` when none are given. */
  readonly options: unknown
  /** Its position in the list. */
  readonly path: Path
}

/**
 * The plugins that the definition lists, without invalid entries. Mistakes are added to `findings`; without `findings`, a `DefinitionError` is
 * thrown.
 */
export function validatePlugins(raw: RawDefinition, findings?: Findings): readonly PluginReference[] {
  const found = findings ?? createFindings(raw.path, raw.locate)
  const list = valueAt(raw.value, ['plugins']) ?? []
  const result = pluginsSchema.safeParse(list)
  const input = { value: list, schema: inputSchemaOf(pluginsSchema) }
  for (const issue of result.error?.issues ?? [])
    for (const { path, message } of explain(readIssue(issue), input)) found.add(['plugins', ...path], message)
  if (!findings) found.throwIfErrors()
  const isWrong = (index: number): boolean =>
    found.errors.some(({ path }) => path[0] === 'plugins' && path[1] === index)
  return (Array.isArray(list) ? list : []).flatMap((item, index) => {
    if (isWrong(index)) return []
    const [specifier, options] = [item].flat()
    return [{ specifier, options, path: ['plugins', index] }]
  })
}
