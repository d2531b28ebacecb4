import type { CheckContext, Finding, Secret, SecretReference } from '@bootwright/api'
import type { MediaOptions } from '@bootwright/medium-format/options'

export type Check = CheckContext<MediaOptions>
type Path = Finding['path']

export const error = (path: Path, message: string): Finding => ({ severity: 'error', path, message })
export const warning = (path: Path, message: string): Finding => ({ severity: 'warning', path, message })

/** What an unknown failure says of itself. */
export const messageOf = (failure: unknown): string => (failure instanceof Error ? failure.message : String(failure))

/** The secret, or why it cannot be had. */
export async function secretOr(
  context: Check,
  path: Path,
  reference: SecretReference,
): Promise<{ readonly secret: Secret } | { readonly finding: Finding }> {
  try {
    return { secret: await context.secret(reference) }
  } catch (failure) {
    return { finding: error(path, messageOf(failure)) }
  }
}
