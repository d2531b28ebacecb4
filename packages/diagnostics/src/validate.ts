import type { Schema } from '@bootwright/api'
import { explain } from './explain.ts'
import type { Findings, Path } from './findings.ts'
import { readIssue } from './issues.ts'
import { inputSchemaOf } from './json-schema-nodes.ts'

interface Where {
  readonly findings: Findings
  /** Where `value` stands in the definition. */
  readonly path: Path
  /** Keys that may stand beside those of the schema. */
  readonly moreKeys?: readonly string[]
}

/** What `schema` makes of `value`; `undefined` when it refuses it, which `findings` then says. */
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
