import type { Schema } from '@bootwright/api'
import type { Path } from './findings.ts'

type Result = Awaited<ReturnType<Schema['~standard']['validate']>>
type StandardIssue = NonNullable<Result['issues']>[number]

/**
 * A mistake that a schema found. Every library gives `message` and `path`; the rest comes from zod and makes messages better where it is
 * present.
 */
export interface Issue {
  readonly path: Path
  readonly message: string
  readonly code?: string | undefined
  readonly expected?: string | undefined
  readonly keys?: readonly string[] | undefined
  readonly values?: readonly unknown[] | undefined
  readonly options?: readonly unknown[] | undefined
  /** The issues of each branch of a union. */
  readonly branches?: readonly (readonly Issue[])[] | undefined
  /** The issues of a map's key. */
  readonly ofKey?: readonly Issue[] | undefined
}

export function readIssue(issue: StandardIssue): Issue {
  const more = issue as StandardIssue & Record<string, unknown>
  const path = (issue.path ?? []).map(part => (typeof part === 'object' ? part.key : part))
  const lists = (value: unknown): readonly StandardIssue[] => (Array.isArray(value) ? value : [])
  return {
    path: path.map(part => (typeof part === 'number' ? part : String(part))),
    message: issue.message,
    code: typeof more.code === 'string' ? more.code : undefined,
    expected: typeof more.expected === 'string' ? more.expected : undefined,
    keys: Array.isArray(more.keys) ? more.keys.map(String) : undefined,
    values: Array.isArray(more.values) ? more.values : undefined,
    options: Array.isArray(more.options) ? more.options : undefined,
    branches: Array.isArray(more.errors) ? more.errors.map(branch => lists(branch).map(readIssue)) : undefined,
    ofKey: Array.isArray(more.issues) ? lists(more.issues).map(readIssue) : undefined,
  }
}

/** The value at `path`. */
export function valueAt(value: unknown, path: Path): unknown {
  let inner = value
  for (const key of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, key)) return undefined
    inner = (inner as Record<string | number, unknown>)[key]
  }
  return inner
}
