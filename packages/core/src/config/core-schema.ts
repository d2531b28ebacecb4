import type { Architecture } from '@bootwright/api'
import * as z from 'zod'

/**
 * The part of a definition that the kernel validates itself. Texts for people are in `describe`: editors show them.
 */

/** Years that every carrier can write: FAT begins in 1980 and ends in 2107 (7 bits of years). */
const FIRST_YEAR = 1980
const LAST_YEAR = 2107

const point = z
  .url({ protocol: /^https?$/, error: 'expected a URL like https://mp1.corp.example' })
  .describe('URL of a management point')

const plugin = z
  .string()
  .min(1, 'expected the name of a package or the path of a module')
  .describe('A package, or the path of a module that begins with ./')

/** `undefined` options are none given. */
export const pluginsSchema: z.ZodType<readonly (string | [string, unknown])[]> = z
  .array(z.union([plugin, z.tuple([plugin, z.unknown().describe('Options of the plugin')])]))
  .describe('Plugins to use, in this order; [plugin, options] for one that takes options')

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
          allowHttp: z.boolean().default(false).describe('True: a point without TLS is meant'),
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
export const siteSchema: z.ZodType<WrittenSite> = z.strictObject(siteKeys).describe('What all media inherit')

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
  type: z.string().min(1).describe('The kind of medium'),
  label: z
    .string()
    .regex(/^\P{Cc}+$/u, 'expected at least one character, and no control characters')
    .optional()
    .describe("The name that people see; by default the medium's name"),
  architecture: z.enum(['x64', 'arm64']).default('x64').describe('Architecture of the target computer'),
  bootImage: z.unknown().optional().describe('What the medium starts: { driver: options }'),
  targets: z.unknown().optional().describe('Where the medium is written to: a list of { target: options }'),
  signers: z.unknown().optional().describe('What signs the medium: a list of { signer: options }'),
  bootSigner: z
    .unknown()
    .optional()
    .describe(
      'What signs the program that UEFI firmware starts, for Secure Boot with a key of your own: { signer: options }',
    ),
  serial: z
    .int('expected a whole number, raised with each issue of the medium')
    .min(0)
    .default(0)
    .describe('Raised with each issue of the medium: one with a smaller number is no update'),
  unsigned: z
    .enum(['run', 'refuse'], 'expected `run` or `refuse`')
    .optional()
    .describe('What the boot image does with this medium when its signature is gone; by default `refuse` with signers'),
  date: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], {
      error:
        'expected a date like 2026-11-24 or a time like 2026-11-24T12:00:00Z; put it in quotes when it is a number',
    })
    .refine(text => {
      const year = new Date(text).getUTCFullYear()
      return year >= FIRST_YEAR && year <= LAST_YEAR
    }, `expected a year from ${FIRST_YEAR} to ${LAST_YEAR}: file systems of media hold no other`)
    .optional()
    .describe("The one time stamp of everything on the medium; by default the boot image's"),
}
export const mediumSchema: z.ZodType<WrittenMedium> = z.strictObject(mediumKeys)
export const MEDIUM_KEYS: readonly string[] = Object.keys(mediumKeys)

export const mediumName: z.ZodType<string, string> = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N}._-]*$/u, 'a medium is named by letters, digits, ".", "_" and "-", like lab-1')

export const definitionSchema: z.ZodType = z.strictObject({
  $schema: z.string().optional().describe('The JSON Schema of this file, for editors'),
  plugins: pluginsSchema.optional(),
  site: siteSchema.optional(),
  media: z.record(mediumName, z.record(z.string(), z.unknown())).describe('The media, by name'),
})
