import type { Architecture } from '@bootwright/api'
import * as z from 'zod'

/**
 * The part of a definition that the kernel validates itself. Texts for people are in `describe`: editors show them.
 */

/** Years that every image format can store: FAT begins in 1980 and ends in 2107 (7 bits for the year). */
const FIRST_YEAR = 1980
const LAST_YEAR = 2107

const point = z
  .url({ protocol: /^https?$/, error: 'expected a URL like https://mp1.corp.example' })
  .describe('URL of a management point')

const plugin = z
  .string()
  .min(1, 'expected the name of a package or the path of a module')
  .describe('A package, or the path of a module that begins with ./')

/** Options are `undefined` if none are given. */
export const pluginsSchema: z.ZodType<readonly (string | [string, unknown])[]> = z
  .array(z.union([plugin, z.tuple([plugin, z.unknown().describe('Options of the plugin')])]))
  .describe('Plugins in order; [plugin, options] for one that takes options')

/** As written. Each key is validated on its own, so that a mistake in one does not hide mistakes in another. */
interface WrittenSite {
  readonly code?: string | undefined
  readonly managementPoints?: readonly (string | { readonly url: string; readonly allowHttp: boolean })[] | undefined
  readonly rootCertificates?: readonly string[] | undefined
}
export const siteKeys: { readonly [K in keyof WrittenSite]-?: z.ZodType<WrittenSite[K]> } = {
  code: z
    .string()
    .regex(/^[A-Z0-9]{3}$/, 'expected three capital letters or digits, like P01')
    .optional()
    .describe('Site code: three capital letters or digits'),
  managementPoints: z
    .array(
      z.union([
        point,
        z.strictObject({
          url: point,
          allowHttp: z.boolean().default(false).describe('Allow a management point without TLS'),
        }),
      ]),
    )
    .optional()
    .describe('Management points, in order of priority'),
  rootCertificates: z
    .array(z.string().min(1))
    .optional()
    .describe('PEM files with the root certificates that management points are verified against'),
}
export const siteSchema: z.ZodType<WrittenSite> = z.strictObject(siteKeys).describe('Settings that all media inherit')

/** The keys that all media types share. The contents of `bootImage`, `targets` and `signers` are validated separately. */
interface WrittenMedium {
  readonly type: string
  readonly label?: string | undefined
  readonly architecture: Architecture
  readonly bootImage?: unknown
  readonly targets?: unknown
  readonly signers?: unknown
  readonly bootSigner?: unknown
  readonly serial: number
  readonly unsigned?: 'run' | 'refuse' | undefined
  readonly date?: string | undefined
}
const mediumKeys: { readonly [K in keyof WrittenMedium]-?: z.ZodType<WrittenMedium[K]> } = {
  type: z.string().min(1).describe('Media type'),
  label: z
    .string()
    .regex(/^\P{Cc}+$/u, 'expected at least one character, and no control characters')
    .optional()
    .describe("Name shown to people; by default the medium's name"),
  architecture: z.enum(['x64', 'arm64']).default('x64').describe('Architecture of the computers'),
  bootImage: z.unknown().optional().describe('Boot image of the medium: { driver: options }'),
  targets: z.unknown().optional().describe('Where the medium is written: a list of { target: options }'),
  signers: z.unknown().optional().describe('Signers of the manifest: a list of { signer: options }'),
  bootSigner: z
    .unknown()
    .optional()
    .describe(
      'Signer of the program that UEFI firmware starts, for Secure Boot with your own key: { signer: options }',
    ),
  serial: z
    .int('expected a whole number, raised with each release of the medium')
    .min(0)
    .default(0)
    .describe('Raised with each release of the medium: a medium with a lower serial is not an update'),
  unsigned: z
    .enum(['run', 'refuse'], 'expected `run` or `refuse`')
    .optional()
    .describe(
      'What the boot image does if the signature of this medium is missing; `refuse` by default if there are signers',
    ),
  date: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error:
        'expected a date like 2026-11-24 or a time like 2026-11-24T12:00:00Z; put it in quotes when it is a number',
    })
    .refine(text => {
      const year = new Date(text).getUTCFullYear()
      return year >= FIRST_YEAR && year <= LAST_YEAR
    }, `expected a year from ${FIRST_YEAR} to ${LAST_YEAR}: file systems of media cannot store others`)
    .optional()
    .describe("Time stamp of everything on the medium; by default the boot image's date"),
}
export const mediumSchema: z.ZodType<WrittenMedium> = z.strictObject(mediumKeys)
export const MEDIUM_KEYS: readonly string[] = Object.keys(mediumKeys)

export const mediumName: z.ZodType<string, string> = z
  .string()
  .regex(
    /^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u,
    'the name of a medium consists of letters, digits, ".", "_" and "-", like lab-1',
  )

export const definitionSchema: z.ZodType = z.strictObject({
  $schema: z.string().optional().describe('The JSON Schema of this file, for editors'),
  plugins: pluginsSchema.optional(),
  site: siteSchema.optional(),
  media: z.record(mediumName, z.record(z.string(), z.unknown())).describe('The media, by name'),
})
