import type { Descriptor } from '@bootwright/medium-format'
import { AgentError } from '../computer/errors.ts'

/** Throws {@link AgentError} `NOT_YET_VALID` or `EXPIRED` for a medium that does not run now, by the computer's clock. */
export function requireWithinValidity(
  { validFrom, validTo }: Pick<Descriptor, 'validFrom' | 'validTo'>,
  now: Date,
): void {
  const clock = `the clock of this computer says ${now.toISOString().slice(0, 16).replace('T', ' ')} (UTC); if that is wrong, set it in the firmware's settings`
  if (validFrom !== undefined && now < new Date(validFrom))
    throw new AgentError('NOT_YET_VALID', `this medium runs from ${validFrom} on, and ${clock}`)
  if (validTo !== undefined && now >= new Date(validTo))
    throw new AgentError('EXPIRED', `this medium ran until ${validTo}, and ${clock}, or ask for a newer medium`)
}
