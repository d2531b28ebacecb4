import type { SiteDefinition } from '@bootwright/api'
import {
  createFindings,
  type DefinitionFinding,
  explain,
  type Findings,
  formatPath,
  inlineSecrets,
  inputSchemaOf,
  isMap,
  type Path,
  type Position,
  readIssue,
  valueAt,
} from '@bootwright/diagnostics'
import { definitionSchema } from './core-schema.ts'
import type { RawDefinition } from './load-definition.ts'
import type { SchemaLookup } from './schema-lookup.ts'
import { type MediumEntry, validateMedium } from './validate-medium.ts'
import { validateSite } from './validate-site.ts'

export type { SchemaLookup, ValidatedKind } from './schema-lookup.ts'
export type { MediumEntry } from './validate-medium.ts'
export { validatePlugins } from './validate-plugins.ts'

/** A valid definition, as far as can be validated without fetching content. */
export interface Definition {
  /** Absolute path of the file. */
  readonly path: string
  /** The folder of the file; relative paths are relative to it. */
  readonly folder: string
  readonly site: SiteDefinition
  /** In the order of the file. */
  readonly media: readonly MediumEntry[]
  readonly warnings: readonly DefinitionFinding[]
  /** Position of a part in the file. */
  locate(path: Path): Position | undefined
}

/**
 * Validates everything but the list of plugins. Invalid media are left out of the result. Mistakes are added to `findings`; without
 * `findings`, a `DefinitionError` is thrown.
 */
export async function validateDefinition(
  raw: RawDefinition,
  lookup: SchemaLookup,
  given?: Findings,
): Promise<Definition> {
  const findings = given ?? createFindings(raw.path, raw.locate)
  const value = raw.value ?? {}
  validateShape(value, findings)
  const site = await validateSite(valueAt(value, ['site']) ?? {}, raw.folder, findings)
  const media: MediumEntry[] = []
  const byName = valueAt(value, ['media'])
  for (const [name, written] of Object.entries(isMap(byName) ? byName : {})) {
    if (!isMap(written)) continue
    const entry = await validateMedium(name, written, valueAt(value, ['site']) ?? {}, { lookup, findings })
    if (entry) media.push(entry)
  }
  for (const path of inlineSecrets(value)) findings.warn(path, inlineMessage(path))
  if (!given) findings.throwIfErrors()
  const { path, folder, locate } = raw
  return { path, folder, site, media, warnings: findings.warnings, locate }
}

/** The top level and the names of media. `plugins`, `site` and each medium are validated separately. */
function validateShape(value: unknown, findings: Findings): void {
  const result = definitionSchema.safeParse(value)
  const input = { value, schema: inputSchemaOf(definitionSchema) }
  for (const issue of result.error?.issues ?? []) {
    const [key] = issue.path
    if (key === 'plugins' || key === 'site') continue
    for (const { path, message } of explain(readIssue(issue), input)) findings.add(path, message)
  }
  const media = valueAt(value, ['media'])
  if (result.success && Object.keys(media ?? {}).length === 0)
    findings.add(['media'], 'no medium; add one, for example: media: { lab: { type: bootable } }')
}

const inlineMessage = (path: Path): string =>
  `${formatPath(path.slice(-1))} is in plain text here, readable by everyone with access to this file; use { env: NAME } or { file: path }`
