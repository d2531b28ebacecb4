import type { Descriptor } from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'

/** Throws {@link AgentError} `NOT_YET_VALID` or `EXPIRED` outside of the validity of a medium, by the computer's clock. */
export function requireWithinValidity(
  { validFrom, validTo }: Pick<Descriptor, 'validFrom' | 'validTo'>,
  now: Date,
): void {
  const clock = `the clock of this computer is at ${now.toISOString().slice(0, 16).replace('T', ' ')} (UTC); if that is wrong, correct it in the firmware settings`
  if (validFrom !== undefined && now < new Date(validFrom))
    throw new AgentError('NOT_YET_VALID', `this medium is valid from ${validFrom}, and ${clock}`)
  if (validTo !== undefined && now >= new Date(validTo))
    throw new AgentError(
      'EXPIRED',
      `this medium was valid until ${validTo}, and ${clock}; otherwise use a newer medium`,
    )
}
