import * as z from 'zod'
import { isoTime } from './published-sequence.ts'

/** A medium as it is registered. */
export interface RegisteredMedium {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly label: string
  /** PEM, its own first. */
  readonly certificate: string
  readonly unknownComputers: boolean
}
export interface KnownMedium extends RegisteredMedium {
  /** ISO 8601. */
  readonly validFrom: string
  readonly validTo: string
  readonly blocked?: string | undefined
}
/** Characters. */
const TEXT_LIMIT = 1000

export const mediumId: z.ZodType<string> = z.string().regex(/^[\w-]{1,80}$/)
const mediumFields = {
  id: mediumId,
  name: z.string().min(1).max(TEXT_LIMIT),
  type: z.string().min(1).max(TEXT_LIMIT),
  label: z.string().max(TEXT_LIMIT),
  certificate: z
    .string()
    .startsWith('-----BEGIN CERTIFICATE-----\n')
    .max(1 << 16),
  unknownComputers: z.boolean(),
}
export const registeredMedium: z.ZodType<RegisteredMedium> = z.strictObject(mediumFields)
export const knownMedium: z.ZodType<KnownMedium> = z.strictObject({
  ...mediumFields,
  validFrom: isoTime,
  validTo: isoTime,
  blocked: isoTime.optional(),
})
