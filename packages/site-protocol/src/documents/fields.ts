import { VARIABLE_NAME_PATTERN, type Variable } from '@bootwright/medium-format'
import * as z from 'zod'

export const sha256: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 lower-case hexadecimal digits')

/** Name of an object of a site; it appears in paths and tables. */
export const objectName: z.ZodType<string> = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,99}$/u,
    'expected at most 100 letters, digits, spaces, dots, underscores and hyphens, starting with a letter or digit',
  )

/** Identifier that the site assigns to a computer at its first policy request. */
export const clientName: z.ZodType<string> = z.string().regex(/^[\w:.-]{1,80}$/)
export const isoTime: z.ZodType<string> = z.iso.datetime({ offset: true })

/** URL of a management point or distribution point. */
export const httpUrl: z.ZodType<string> = z.url({ protocol: /^https?$/ })
export const httpsUrl: z.ZodType<string> = z.url({ protocol: /^https$/ })

export const variables: z.ZodType<Readonly<Record<string, Variable>>> = z.record(
  z.string().regex(VARIABLE_NAME_PATTERN),
  z.strictObject({ value: z.string(), isSecret: z.boolean().optional() }),
)
