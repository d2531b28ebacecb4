import type { DefinitionFinding } from '@bootwright/core'

export interface DescribedError {
  readonly message: string
  readonly code?: string
  readonly findings?: readonly DefinitionFinding[]
}

/** An error for people and for machines, without its stack. */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, findings } = error as { readonly code?: unknown; readonly findings?: readonly DefinitionFinding[] }
  return {
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(code === 'DEFINITION' && findings && { findings }),
  }
}
