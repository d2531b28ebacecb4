import { promises as fs } from 'node:fs'
import { basename, dirname, extname } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Document, isMap, LineCounter, parseDocument } from 'yaml'
import { DefinitionFileError, PACKAGE_PROPERTY, whyUnreadable } from './find.ts'
import { DefinitionError, type Findings, gatherFindings, type Path, type Position } from './findings.ts'
import { locator } from './locate.ts'
import { plain } from './plain.ts'

/** A definition as it is written: plain data, not judged yet. */
export interface RawDefinition {
  /** Absolute path of the file. */
  readonly path: string
  /** Its folder, which relative paths are relative to. */
  readonly folder: string
  readonly value: unknown
  /** Where a part of it is written. Of a part that is not written, where the nearest part around it is. */
  locate(path: Path): Position | undefined
  /** The file's text, when it is no program. */
  readonly text?: string | undefined
}

/**
 * How often the anchors of a YAML file may be multiplied by its aliases: enough for settings that many media share, too little for a
 * "billion laughs" file to exhaust the memory.
 */
const MOST_ALIASES = 1000

/** Reads the definition in `path`. Throws `DefinitionError` with all syntax errors, or `DefinitionFileError` for a file that cannot be read. */
export async function loadDefinition(path: string, signal: AbortSignal): Promise<RawDefinition> {
  signal.throwIfAborted()
  const problem = await whyUnreadable(path)
  if (problem !== undefined) {
    const code = problem === 'not there' ? 'DEFINITION_NOT_FOUND' : 'DEFINITION_UNREADABLE'
    throw new DefinitionFileError(code, `the definition ${path} is ${problem}`, [path])
  }
  const extension = extname(path).toLowerCase()
  if (['.yaml', '.yml', '.json'].includes(extension)) return await loadText(path, signal)
  if (['.mjs', '.js', '.ts', '.mts'].includes(extension)) return await loadProgram(path, signal)
  const message = `the definition ${path} is none of the kinds that are understood: .yaml, .yml, .json, .mjs, .js, .ts, .mts`
  throw new DefinitionFileError('DEFINITION_UNREADABLE', message, [path])
}

async function loadText(path: string, signal: AbortSignal): Promise<RawDefinition> {
  const text = decoded(path, await fs.readFile(path, { signal }))
  const lines = new LineCounter()
  // `merge`: media may share settings with `<<: *anchor`.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const inFile = locator(document, lines)
  const findings = gatherFindings(path, inFile)
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(pos[0])
    findings.add([], message, { position: { line, column: col } })
  }
  findings.throwIfErrors()
  const whole = expand(document, findings)
  if (basename(path) !== 'package.json') return { path, folder: dirname(path), value: whole, locate: inFile, text }
  if (!isMap(document.contents) || !document.has(PACKAGE_PROPERTY))
    findings.add([], `has no property "${PACKAGE_PROPERTY}", which would hold the definition`)
  findings.throwIfErrors()
  const value = (whole as Record<string, unknown>)[PACKAGE_PROPERTY]
  return { path, folder: dirname(path), value, locate: part => inFile([PACKAGE_PROPERTY, ...part]), text }
}

/** Throws `DefinitionFileError` for what is no UTF-8: the wrong characters would end up on media in silence. */
function decoded(path: string, data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data)
  } catch (cause) {
    throw new DefinitionFileError(
      'DEFINITION_UNREADABLE',
      `the definition ${path} is no UTF-8 text; save it as UTF-8`,
      [path],
      cause,
    )
  }
}

/** The values, with aliases followed. Throws for aliases that multiply beyond the limit or name no anchor. */
function expand(document: Document.Parsed, findings: Findings): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (cause) {
    findings.add([], cause instanceof Error ? cause.message : String(cause), { cause })
    throw new DefinitionError(findings.all)
  }
}

async function loadProgram(path: string, signal: AbortSignal): Promise<RawDefinition> {
  const locate = (): undefined => undefined
  const findings = gatherFindings(path, locate)
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
