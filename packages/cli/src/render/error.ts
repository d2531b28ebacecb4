import type { DefinitionFinding } from '@bootwright/core'

export interface DescribedError {
  readonly message: string
  readonly code?: string
  readonly findings?: readonly DefinitionFinding[]
}

/** A failure in words that hold no secret. */
export class MaskedError extends Error {
  readonly code: string | undefined
  readonly findings: readonly DefinitionFinding[] | undefined
  constructor(error: unknown, mask: (text: string) => string) {
    const { message, code, findings } = describeError(error)
    super(mask(message))
    this.code = code
    this.findings = findings?.map(finding => ({ ...finding, message: mask(finding.message) }))
  }
}

/** An error for people and for machines, without its stack and what caused it: that may quote what a plugin was given. */
export function describeError(error: unknown): DescribedError {
  if (error instanceof SuppressedError) {
    const first = describeError(error.suppressed)
    return { ...first, message: `${first.message}\nthen, while closing: ${describeError(error.error).message}` }
  }
  if (!(error instanceof Error)) return { message: String(error) }
  const { code, findings } = error as { readonly code?: unknown; readonly findings?: readonly DefinitionFinding[] }
  return {
    message: error.message,
    ...(typeof code === 'string' && { code: innermostCode(error) }),
    ...(code === 'DEFINITION' && findings && { findings: findings.map(withoutCause) }),
  }
}

const withoutCause = ({ cause: _, ...finding }: DefinitionFinding): DefinitionFinding => finding

/** A plugin's failure has the code of what it threw, if that has one. */
function innermostCode(error: Error): string {
  const { code, cause } = error as { readonly code?: unknown; readonly cause?: unknown }
  const inner = cause instanceof Error && code === 'PLUGIN' ? innermostCode(cause) : ''
  return inner !== '' ? inner : typeof code === 'string' ? code : ''
}
