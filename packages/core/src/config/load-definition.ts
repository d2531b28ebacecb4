import { basename, dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  assertReadable,
  createFindings,
  DefinitionError,
  DefinitionFileError,
  type Findings,
  isMap,
  type Path,
  type Position,
  readSource,
} from '@bootwright/diagnostics'
import { PACKAGE_PROPERTY } from './find-definition.ts'
import { plain } from './plain-data.ts'

/** A definition as written: plain data, not validated yet. */
export interface RawDefinition {
  /** Absolute path of the file. */
  readonly path: string
  /** The folder of the file; relative paths are relative to it. */
  readonly folder: string
  readonly value: unknown
  /** Position of a part; for a part that is absent, the position of the nearest enclosing one. */
  locate(path: Path): Position | undefined
  /** The file's text, unless the file is a program. */
  readonly text?: string | undefined
}

/** Reads the definition in `path`. Throws `DefinitionError` with all syntax errors, or `DefinitionFileError` for a file that cannot be read. */
export async function loadDefinition(path: string, signal: AbortSignal): Promise<RawDefinition> {
  signal.throwIfAborted()
  await assertReadable(path)
  const extension = extname(path).toLowerCase()
  if (['.yaml', '.yml', '.json'].includes(extension)) return await loadText(path, signal)
  if (['.mjs', '.js', '.ts', '.mts'].includes(extension)) return await loadProgram(path, signal)
  const message = `the definition ${path} has an unsupported extension; expected .yaml, .yml, .json, .mjs, .js, .ts or .mts`
  throw new DefinitionFileError('DEFINITION_UNREADABLE', message, [path])
}

async function loadText(path: string, signal: AbortSignal): Promise<RawDefinition> {
  const { value: whole, locate: inFile, text } = await readSource(path, signal)
  if (basename(path) !== 'package.json') return { path, folder: dirname(path), value: whole, locate: inFile, text }
  const findings = createFindings(path, inFile)
  if (!isMap(whole) || !Object.hasOwn(whole, PACKAGE_PROPERTY))
    findings.add([], `has no property "${PACKAGE_PROPERTY}" with the definition; add it`)
  findings.throwIfErrors()
  const value = (whole as Record<string, unknown>)[PACKAGE_PROPERTY]
  return { path, folder: dirname(path), value, locate: part => inFile([PACKAGE_PROPERTY, ...part]), text }
}

async function loadProgram(path: string, signal: AbortSignal): Promise<RawDefinition> {
  const locate = (): undefined => undefined
  const findings = createFindings(path, locate)
  const written = await run(path, findings)
  signal.throwIfAborted()
  const value = plain(written, findings)
  findings.throwIfErrors()
  return { path, folder: dirname(path), value, locate }
}

async function run(path: string, findings: Findings): Promise<unknown> {
  let module: { readonly default?: unknown }
  try {
    module = await import(pathToFileURL(path).href)
    const written = module.default
    if (written !== undefined) return await (typeof written === 'function' ? written() : written)
  } catch (cause) {
    findings.add([], `fails: ${cause instanceof Error ? cause.message : String(cause)}`, { cause })
    throw new DefinitionError(findings.all)
  }
  findings.add([], 'has no default export; write "export default { media: … }" or a function that returns it')
  throw new DefinitionError(findings.all)
}
