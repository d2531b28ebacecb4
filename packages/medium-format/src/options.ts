import type { ManagementPoint, SecretReference } from '@bootwright/api'
import * as z from 'zod'
import { formatDate, KEYBOARD_PATTERN } from './document/descriptor.ts'
import { VARIABLE_NAME_PATTERN } from './environment/variables.ts'

/** `{ env: NAME }`, `{ file: path }`, or the value itself. */
export const secretReference: z.ZodType<SecretReference> = z.union([
  z.string().min(1),
  z.strictObject({ env: z.string().min(1) }),
  z.strictObject({ file: z.string().min(1) }),
])

/** One line for people, of a length that the field has established. */
export const words = (limit: number, description: string): z.ZodType<string | undefined> =>
  z
    .string()
    .regex(/^\P{Cc}*$/u, 'expected one line of text')
    .refine(text => [...text].length <= limit, `expected at most ${limit} characters`)
    .optional()
    .meta({ description })

/** Name of a task sequence variable. */
export const variableName: z.ZodString = z
  .string()
  .regex(
    VARIABLE_NAME_PATTERN,
    'expected the name of a variable: letters, digits, "_" and "-", beginning with a letter',
  )

/** A day, which begins at midnight UTC, or a time; YAML readers may hand over a date. The result: `2026-11-01T00:00:00Z`. */
export const dayOrTime: z.ZodType<string> = z.preprocess(
  value => (value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value),
  z
    .union([z.iso.date(), z.iso.datetime()], 'expected a day as 2026-11-01, or a time as 2026-11-01T08:00:00Z')
    .transform(text => formatDate(new Date(text))),
)

/** A certificate made for the medium, or one that a PKI issued. */
export type CertificateOptions =
  | { readonly selfSigned: { readonly from: string; readonly to: string } }
  | { readonly pkcs12: string; readonly password?: SecretReference | undefined }

const certificate: z.ZodType<CertificateOptions> = z.union([
  z.strictObject({
    selfSigned: z.strictObject({
      from: dayOrTime.meta({ description: 'Valid from this day (midnight UTC) or time' }),
      to: dayOrTime.meta({ description: 'Valid until the beginning of this day (midnight UTC), or this time' }),
    }),
  }),
  z.strictObject({
    pkcs12: z.string().min(1).meta({ description: 'A .p12 or .pfx file, relative to the definition' }),
    password: secretReference.optional(),
  }),
])

/** What is said of a management point that fails {@link isBareUrl}. Without the URL: it may hold a password. */
export const BARE_URL_EXPECTED = 'a management point URL has no user name, password, query or fragment; leave them out'

/** HTTP or HTTPS, a host, perhaps a port and a path; nothing that would put a secret into a URL. */
const pointUrl: z.ZodType<string> = z
  .url({ protocol: /^https?$/, error: 'expected the URL of a management point: https://mp1.corp.example' })
  .refine(isBareUrl, BARE_URL_EXPECTED)

const managementPoint: z.ZodType<ManagementPoint> = z.union([
  pointUrl.transform(url => ({ url, allowHttp: false })),
  z.strictObject({ url: pointUrl, allowHttp: z.boolean().default(false) }),
])

/** The value of a task sequence variable; numbers and truth values are kept as text. */
export type VariableOptions = string | number | boolean | { readonly secret: SecretReference }

/** The text of any other number may differ from what was written: 1.10, 12345678901234567890. */
const wholeNumber: z.ZodType<number> = z
  .number()
  .refine(Number.isSafeInteger, 'a number like this one may not be kept as it was written; put it in quotes')

export const variableOptions: z.ZodType<VariableOptions> = z.union([
  z.string(),
  wholeNumber,
  z.boolean(),
  z.strictObject({ secret: secretReference }),
])

export interface PrestartOptions {
  readonly command: string
  /** A folder or file relative to the definition, or a URL. */
  readonly files?: string | undefined
}

/** The parts of a definition that all types of media share, each of them strict. */
export interface SharedOptions {
  readonly autorun: boolean
  readonly unattended: boolean
  readonly password?: SecretReference | undefined
  readonly encrypt?: 'content' | undefined
  readonly keyboard: string
  readonly language: 'en' | 'fr'
  readonly debugShell: boolean
  readonly variables: Readonly<Record<string, VariableOptions>>
  readonly prestart?: PrestartOptions | undefined
}

/** Of media that contact a site, beside what all share. */
export interface SiteOptions extends SharedOptions {
  readonly management: 'dynamic' | 'site-based'
  /** Instead of the site's, in order of priority. */
  readonly managementPoints?: readonly ManagementPoint[] | undefined
  readonly unknownComputers: boolean
  readonly userDeviceAffinity: 'auto' | 'pending' | 'none'
  readonly certificate?: CertificateOptions | undefined
}

/** What functions take that serve media with and without a site. */
export type MediaOptions = SharedOptions & Partial<SiteOptions>

/** A schema for each of {@link SharedOptions}: a media type takes them into its own strict object. */
export const sharedOptions: { readonly [K in keyof SharedOptions]-?: z.ZodType<SharedOptions[K]> } = {
  autorun: z.boolean().default(false).meta({ description: 'Put autorun.inf onto the medium' }),
  unattended: z.boolean().default(false).meta({ description: 'Ask nothing but the password' }),
  password: secretReference.optional().meta({ description: 'Asked for when the medium starts; seals the environment' }),
  encrypt: z
    .literal('content')
    .optional()
    .meta({ description: 'content: everything that the medium carries is encrypted with the password, too' }),
  keyboard: z
    .string()
    .regex(KEYBOARD_PATTERN, 'expected the name of a console keyboard map, for example us or fr')
    .default('us')
    .meta({ description: 'Console keyboard map: us, fr' }),
  language: z.enum(['en', 'fr']).default('en'),
  debugShell: z
    .boolean()
    .default(false)
    .meta({ description: 'Offer a shell and the debugger of task sequences on the target computer; for tests only' }),
  variables: z.record(z.string(), variableOptions).default({}).meta({ description: 'Task sequence variables' }),
  prestart: z
    .strictObject({
      command: z
        .string()
        .trim()
        .min(1, 'expected a command, found nothing but spaces; leave prestart out when there is none')
        .max(4096)
        .meta({ description: 'Run by the shell of the boot image, in the folder of the files' }),
      files: z.string().min(1).optional().meta({ description: 'Folder or file relative to the definition, or a URL' }),
    })
    .optional(),
}

/** The same for {@link SiteOptions}. */
export const siteOptions: { readonly [K in keyof SiteOptions]-?: z.ZodType<SiteOptions[K]> } = {
  management: z.enum(['dynamic', 'site-based']).meta({
    description:
      'dynamic: a management point may send the computer to another one; site-based: only the one is contacted',
  }),
  managementPoints: z
    .array(managementPoint)
    .min(1)
    .optional()
    .meta({ description: "In order of priority; instead of the site's" }),
  unknownComputers: z.boolean().default(false).meta({ description: 'Serve computers that the site does not know' }),
  userDeviceAffinity: z
    .enum(['auto', 'pending', 'none'])
    .default('none')
    .meta({ description: 'Whether the users of the computer are recorded: at once, after approval, or not' }),
  certificate: certificate.optional().meta({ description: "The medium's identity towards management points" }),
  ...sharedOptions,
}

/** Whether there is nothing in the URL beyond scheme, host, port and path. */
export function isBareUrl(url: string): boolean {
  const parsed = URL.parse(url)
  return !parsed || (parsed.username === '' && parsed.password === '' && parsed.search === '' && parsed.hash === '')
}
