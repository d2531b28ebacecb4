import type { ContentReference, SecretReference } from '@bootwright/api'
import { isReadOnlyVariable } from '@bootwright/medium-format'
import { variableName as anyName, secretReference } from '@bootwright/medium-format/options'
import * as z from 'zod'

/** Of a variable that a step may set. */
export const variableName: z.ZodString = anyName.refine(
  name => !isReadOnlyVariable(name),
  'names that begin with "_" are read-only; choose another one',
)

/** Characters that the established product keeps of an output are 1000; all that a variable holds are kept here. */
export const outputVariable: z.ZodType<string | undefined> = variableName
  .optional()
  .meta({ description: 'Receives the output, at most the last 4000 characters' })

/** Text, or `{ secret: … }` for what nobody shall read. */
export type SecretText = string | { readonly secret: SecretReference }
export const secretText: z.ZodType<SecretText> = z.union([z.string(), z.strictObject({ secret: secretReference })])

/** Where a command or a script runs. */
export interface PackageFolder {
  readonly package?: string | undefined
  readonly folder?: string | undefined
}
export const packageFolder: {
  readonly package: z.ZodType<string | undefined>
  readonly folder: z.ZodType<string | undefined>
} = {
  package: z.string().min(1).optional().meta({ description: 'A package: a copy of its files is the working folder' }),
  folder: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'The working folder, relative to the package if there is one' }),
}
export const packageReference = (options: PackageFolder): readonly ContentReference[] =>
  options.package === undefined ? [] : [{ kind: 'package', name: options.package, path: ['package'] }]

const UNITS: Readonly<Record<string, number>> = { MB: 2 ** 20, GB: 2 ** 30, TB: 2 ** 40 }
/** `512MB`, `20GB`: units of 1024. The result is in bytes. */
export const sizeText: z.ZodType<number> = z
  .string()
  .regex(/^[1-9]\d{0,8} ?(MB|GB|TB)$/, 'expected a size such as 512MB or 20GB')
  .transform(text => Number.parseInt(text, 10) * UNITS[text.slice(-2)]!)
