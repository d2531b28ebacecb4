import type { Schema } from '@bootwright/api'
import type { Path } from './findings.ts'

type Result = Awaited<ReturnType<Schema['~standard']['validate']>>
type StandardIssue = NonNullable<Result['issues']>[number]

/**
 * What a schema found wrong. `message` and `path` come from any library; the rest is what zod says beside them, and is used when it is
 * there: one schema library more or less makes messages better or plainer, never wrong.
 */
export interface Issue {
  readonly path: Path
  readonly message: string
  readonly code?: string | undefined
  readonly expected?: string | undefined
  readonly keys?: readonly string[] | undefined
  readonly values?: readonly unknown[] | undefined
  readonly options?: readonly unknown[] | undefined
  /** What each branch of a union found wrong. */
  readonly branches?: readonly (readonly Issue[])[] | undefined
  /** What is wrong with the key of a map. */
  readonly ofKey?: readonly Issue[] | undefined
}

export function readIssue(issue: StandardIssue): Issue {
  const more = issue as StandardIssue & Record<string, unknown>
  const path = (issue.path ?? []).map(step => (typeof step === 'object' ? step.key : step))
  const lists = (value: unknown): readonly StandardIssue[] => (Array.isArray(value) ? value : [])
  return {
    path: path.map(step => (typeof step === 'number' ? step : String(step))),
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

/** What is written at `path`. */
export function valueAt(value: unknown, path: Path): unknown {
  let inner = value
  for (const step of path) {
    if (typeof inner !== 'object' || inner === null || !Object.hasOwn(inner, step)) return undefined
    inner = (inner as Record<string | number, unknown>)[step]
  }
  return inner
}
