import { constants, promises as fs } from 'node:fs'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { createFindings, DefinitionError, type Findings, type Path, type Position } from './findings.ts'
import { locator } from './locate.ts'

export type DefinitionFileErrorCode = 'DEFINITION_NOT_FOUND' | 'DEFINITION_UNREADABLE'

/** A definition file that does not exist or cannot be read. */
export class DefinitionFileError extends Error {
  readonly code: DefinitionFileErrorCode
  /** The files that were searched. */
  readonly searched: readonly string[]
  constructor(code: DefinitionFileErrorCode, message: string, looked: readonly string[], cause?: unknown) {
    super(message, cause === undefined ? {} : { cause })
    this.name = 'DefinitionFileError'
    this.code = code
    this.searched = looked
  }
}

/** The contents of a file: plain data, not validated yet. */
export interface Source {
  readonly value: unknown
  /** Position of a part; for a part that is absent, the position of the nearest enclosing one. */
  locate(path: Path): Position | undefined
  readonly text: string
}

/**
 * Limit of aliases in a YAML file: enough for settings that many parts share, too few for a "billion laughs" file to exhaust memory.
 */
const MOST_ALIASES = 1000

/** Reads YAML or JSON. Throws `DefinitionError` with all syntax errors, or `DefinitionFileError` for a file that cannot be read. */
export async function readSource(path: string, signal?: AbortSignal): Promise<Source> {
  await assertReadable(path)
  const text = decoded(path, await fs.readFile(path, { signal }))
  const lines = new LineCounter()
  // `merge`: parts may share settings with `<<: *anchor`.
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, merge: true })
  const locate = locator(document, lines)
  const findings = createFindings(path, locate)
  for (const { pos, message } of [...document.errors, ...document.warnings]) {
    const { line, col } = lines.linePos(pos[0])
    findings.add([], message, { position: { line, column: col } })
  }
  findings.throwIfErrors()
  return { value: expand(document, findings), locate, text }
}

/** Throws {@link DefinitionFileError} unless `path` is a readable file. */
export async function assertReadable(path: string): Promise<void> {
  const problem = await unreadableReason(path)
  if (problem === undefined) return
  const code = problem === MISSING ? 'DEFINITION_NOT_FOUND' : 'DEFINITION_UNREADABLE'
  throw new DefinitionFileError(code, `the definition ${path} is ${problem}`, [path])
}

/** Throws `DefinitionFileError` for text that is not UTF-8: wrong characters would silently end up on media. */
function decoded(path: string, data: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(data)
  } catch (cause) {
    throw new DefinitionFileError(
      'DEFINITION_UNREADABLE',
      `the definition ${path} is not UTF-8 text; save it as UTF-8`,
      [path],
      cause,
    )
  }
}

/** The values, with aliases resolved. Throws for too many aliases, and for aliases without an anchor. */
function expand(document: Document.Parsed, findings: Findings): unknown {
  try {
    return document.toJS({ maxAliasCount: MOST_ALIASES })
  } catch (cause) {
    findings.add([], cause instanceof Error ? cause.message : String(cause), { cause })
    throw new DefinitionError(findings.all)
  }
}

/** The reason of {@link unreadableReason} for a device, which may be endless. */
export const NOT_A_FILE = 'not a regular file'
/** The reason for a missing file. */
export const MISSING = 'missing'

/** Why `path` cannot be read as a file, as a complement of "is"; undefined if it can. */
export async function unreadableReason(path: string): Promise<string | undefined> {
  try {
    const stats = await fs.stat(path)
    if (stats.isDirectory()) return 'a folder, not a file'
    if (!stats.isFile()) return NOT_A_FILE
    await fs.access(path, constants.R_OK)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return MISSING
    return code === 'EACCES' || code === 'EPERM' ? 'not readable: permission denied' : `not readable: ${code}`
  }
}
