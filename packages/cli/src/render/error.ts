import { DefinitionError, type DefinitionFinding } from '@bootwright/core'

export interface DescribedError {
  readonly message: string
  readonly code?: string
  readonly findings?: readonly DefinitionFinding[]
}

/** An error for people and for machines, without its stack. */
export function describeError(error: unknown): DescribedError {
  if (!(error instanceof Error)) return { message: String(error) }
  const { code } = error as { code?: unknown }
  return {
    message: error.message,
    ...(typeof code === 'string' && { code }),
    ...(error instanceof DefinitionError && { findings: error.findings }),
  }
}
