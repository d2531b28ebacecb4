import { constants, promises as fs } from 'node:fs'
import { type Document, LineCounter, parseDocument } from 'yaml'
import { createFindings, DefinitionError, type Findings, type Path, type Position } from './findings.ts'
import { locator } from './locate.ts'

export type DefinitionFileErrorCode = 'DEFINITION_NOT_FOUND' | 'DEFINITION_UNREADABLE'

/** A file with a definition that is not there or cannot be read. */
export class DefinitionFileError extends Error {
  readonly code: DefinitionFileErrorCode
  /** The files that were looked for. */
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
  /** Where a part of it is written. Of a part that is not written, where the nearest part around it is. */
  locate(path: Path): Position | undefined
  readonly text: string
}

/**
 * How often the anchors of a YAML file may be multiplied by its aliases: enough for settings that many parts share, too little for a
 * "billion laughs" file to exhaust the memory.
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

/** Throws {@link DefinitionFileError} for what is no file that can be read. */
export async function assertReadable(path: string): Promise<void> {
  const problem = await unreadableReason(path)
  if (problem === undefined) return
  const code = problem === 'not there' ? 'DEFINITION_NOT_FOUND' : 'DEFINITION_UNREADABLE'
  throw new DefinitionFileError(code, `the definition ${path} is ${problem}`, [path])
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

/** What {@link unreadableReason} says of a device, which may have no end. */
export const NOT_A_FILE = 'no regular file'

/** Why `path` cannot be read as a file, if it cannot. */
export async function unreadableReason(path: string): Promise<string | undefined> {
  try {
    const stats = await fs.stat(path)
    if (stats.isDirectory()) return 'a folder, not a file'
    if (!stats.isFile()) return NOT_A_FILE
    await fs.access(path, constants.R_OK)
    return undefined
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'not there'
    return code === 'EACCES' || code === 'EPERM' ? 'not readable: permission denied' : `not readable: ${code}`
  }
}
