/** A task sequence variable on the medium. */
export interface Variable {
  readonly value: string
  /** Never shown or logged. */
  readonly isSecret?: boolean | undefined
}

/** Letters, digits, `_`, `-`, at most 256; begins with a letter, or with `_` when it is read-only. */
export const VARIABLE_NAME_PATTERN: RegExp = /^[A-Za-z_][A-Za-z0-9_-]{0,255}$/

/** Maximum number of characters in a value, as in Configuration Manager. */
export const VARIABLE_VALUE_LIMIT = 4000

/** Names that begin with `_` are set by the medium and the engine; definitions and prestart commands can only read them. */
export const isReadOnlyVariable = (name: string): boolean => name.startsWith('_')

/** Names are case-insensitive: two names with the same key are the same variable. */
export const variableKey = (name: string): string => name.toLowerCase()
