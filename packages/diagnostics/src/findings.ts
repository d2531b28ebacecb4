import { basename, relative } from 'node:path'

export type Path = readonly (string | number)[]
export interface Position {
  /** Both count from 1. */
  readonly line: number
  readonly column: number
}

/** A mistake in a definition, with its position. */
export interface DefinitionFinding {
  readonly severity: 'error' | 'warning'
  /** Absolute path of the definition file. */
  readonly file: string
  /** Where in the definition: `['media', 'lab', 'targets', 0]`. Empty for the file as a whole. */
  readonly path: Path
  /** From 1. Unknown for definitions that are programs. */
  readonly line?: number | undefined
  readonly column?: number | undefined
  /** What was found, what was expected, what to do. */
  readonly message: string
  /** The underlying error, if any: of a plugin that failed to load, for example. */
  readonly cause?: unknown
}

/** A definition with mistakes, all of them in `findings`. */
export class DefinitionError extends Error {
  readonly code = 'DEFINITION' as const
  readonly findings: readonly DefinitionFinding[]
  constructor(findings: readonly DefinitionFinding[]) {
    const sorted = inFileOrder(findings)
    const cause = sorted.find(({ cause }) => cause !== undefined)?.cause
    super(sorted.map(finding => formatFinding(finding)).join('\n'), cause === undefined ? {} : { cause })
    this.name = 'DefinitionError'
    this.findings = sorted
  }
}

/** Collects findings, so that all of them are reported at once. */
export interface Findings {
  readonly all: readonly DefinitionFinding[]
  /** Adds an error at the position of `path`, or at `position`. */
  add(path: Path, message: string, more?: { readonly cause?: unknown; readonly position?: Position }): void
  warn(path: Path, message: string): void
  readonly warnings: readonly DefinitionFinding[]
  readonly errors: readonly DefinitionFinding[]
  /** Position of a part. */
  locate(path: Path): Position | undefined
  /** Throws a {@link DefinitionError} with all findings, including warnings, if one of them is an error. */
  throwIfErrors(): void
}

export function createFindings(file: string, locate: (path: Path) => Position | undefined): Findings {
  const all: DefinitionFinding[] = []
  const only = (severity: DefinitionFinding['severity']): DefinitionFinding[] =>
    inFileOrder(all.filter(finding => finding.severity === severity))
  return {
    all,
    locate,
    add(path, message, { cause, position = locate(path) } = {}) {
      all.push({ severity: 'error', file, path, ...position, message, ...(cause !== undefined && { cause }) })
    },
    warn: (path, message) => void all.push({ severity: 'warning', file, path, ...locate(path), message }),
    get warnings() {
      return only('warning')
    },
    get errors() {
      return only('error')
    },
    throwIfErrors() {
      if (all.some(({ severity }) => severity === 'error')) throw new DefinitionError(all)
    },
  }
}

/** `bootwright.config.yaml:12:5 media.lab.targts: unknown key …`; the file is given relative to `from`, or else by its name alone. */
export function formatFinding(finding: DefinitionFinding, from?: string): string {
  const { line, column, path, severity, message } = finding
  const file = from === undefined ? basename(finding.file) : relative(from, finding.file)
  const position = line === undefined ? file : `${file}:${line}:${column}`
  const place = path.length === 0 ? position : `${position} ${formatPath(path)}`
  return `${place}: ${severity === 'warning' ? 'warning: ' : ''}${message}`
}

/** `media.lab.targets[0].iso`; a key that is no plain word is quoted: `media["lab 1"]`. */
export function formatPath(path: Path): string {
  const step = (key: string | number): string => {
    if (typeof key === 'number') return `[${key}]`
    return /^[\p{L}\p{N}_$-]+$/u.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
  }
  return path.map(step).join('').replace(/^\./, '')
}

function inFileOrder(findings: readonly DefinitionFinding[]): DefinitionFinding[] {
  return findings.toSorted((a, b) => (a.line ?? 0) - (b.line ?? 0) || (a.column ?? 0) - (b.column ?? 0))
}
