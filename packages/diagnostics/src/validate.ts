import type { Schema } from '@bootwright/api'
import { explain } from './explain.ts'
import type { Findings, Path } from './findings.ts'
import { readIssue } from './issues.ts'
import { inputSchemaOf } from './json-schema-nodes.ts'

interface Where {
  readonly findings: Findings
  /** Path of `value` in the definition. */
  readonly path: Path
  /** Keys that are allowed beside those of the schema. */
  readonly moreKeys?: readonly string[]
}

/** The output of `schema` for `value`; undefined if it refuses it, with the reasons in `findings`. */
export async function validate<T>(schema: Schema<T>, value: unknown, where: Where): Promise<{ value: T } | undefined> {
  const { findings, path, moreKeys = [] } = where
  try {
    const result = await schema['~standard'].validate(value)
    if (!result.issues) return { value: result.value }
    const input = { value, schema: inputSchemaOf(schema), moreKeys }
    for (const issue of result.issues)
      for (const found of explain(readIssue(issue), input)) findings.add([...path, ...found.path], found.message)
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    findings.add(path, `cannot be validated: its schema fails: ${reason}`, { cause })
  }
  return undefined
}
