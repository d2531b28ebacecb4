import * as z from 'zod'
import { isoTime } from './fields.ts'

/** A medium as its registration describes it. */
export interface RegisteredMedium {
  readonly id: string
  readonly name: string
  readonly type: string
  readonly label: string
  /** PEM; the medium's own certificate first. */
  readonly certificate: string
  readonly unknownComputers: boolean
}
/** A registered medium as the site reports it. */
export interface KnownMedium extends RegisteredMedium {
  /** ISO 8601. */
  readonly validFrom: string
  readonly validTo: string
  /** ISO 8601; when an administrator blocked the medium. */
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
