import type { StandardJSONSchemaV1, StandardSchemaV1 } from '@standard-schema/spec'

/**
 * A schema of any library that speaks Standard Schema and Standard JSON Schema (zod 4.2 and later, valibot, arktype): it validates
 * what the user wrote, applies defaults, and describes itself to editors. It should refuse unknown keys.
 */
export interface Schema<Output = unknown> {
  readonly '~standard': StandardSchemaV1.Props<unknown, Output> & StandardJSONSchemaV1.Props<unknown, Output>
}
