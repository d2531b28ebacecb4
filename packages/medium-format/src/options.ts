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

/** One line of text for people, of at most `limit` characters. */
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

/** A day, which means midnight UTC, or a time; YAML parsers may pass a `Date`. Output: `2026-11-01T00:00:00Z`. */
export const dayOrTime: z.ZodType<string> = z.preprocess(
  value => (value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value),
  z
    .union([z.iso.date(), z.iso.datetime()], 'expected a day as 2026-11-01, or a time as 2026-11-01T08:00:00Z')
    .transform(text => formatDate(new Date(text))),
)

/** A certificate generated for the medium, or one issued by a PKI. */
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

/** Message for a management point that fails {@link isBareUrl}. Does not quote the URL, which may contain a password. */
export const BARE_URL_EXPECTED = 'a management point URL has no user name, password, query or fragment; leave them out'

/** An HTTP or HTTPS URL with a host and optionally a port and a path, but no part that could contain a secret. */
const pointUrl: z.ZodType<string> = z
  .url({ protocol: /^https?$/, error: 'expected the URL of a management point: https://mp1.corp.example' })
  .refine(isBareUrl, BARE_URL_EXPECTED)

const managementPoint: z.ZodType<ManagementPoint> = z.union([
  pointUrl.transform(url => ({ url, allowHttp: false })),
  z.strictObject({ url: pointUrl, allowHttp: z.boolean().default(false) }),
])

/** The value of a task sequence variable. Numbers and booleans become text. */
export type VariableOptions = string | number | boolean | { readonly secret: SecretReference }

/** Other numbers may not convert back to the text in the file: 1.10, 12345678901234567890. */
const wholeNumber: z.ZodType<number> = z
  .number()
  .refine(Number.isSafeInteger, 'this number may change when it is converted to text; put it in quotes')

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

/** Options that all media types share. */
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

/** Options of media that contact a site. */
export interface SiteOptions extends SharedOptions {
  readonly management: 'dynamic' | 'site-based'
  /** In order of priority; replaces the management points of the site. */
  readonly managementPoints?: readonly ManagementPoint[] | undefined
  readonly unknownComputers: boolean
  readonly userDeviceAffinity: 'auto' | 'pending' | 'none'
  readonly certificate?: CertificateOptions | undefined
}

/** Options of media with or without a site. */
export type MediaOptions = SharedOptions & Partial<SiteOptions>

/** A schema for each of {@link SharedOptions}, for the strict object schema of a media type. */
export const sharedOptions: { readonly [K in keyof SharedOptions]-?: z.ZodType<SharedOptions[K]> } = {
  autorun: z.boolean().default(false).meta({ description: 'Put autorun.inf onto the medium' }),
  unattended: z.boolean().default(false).meta({ description: 'Prompt for nothing but the password' }),
  password: secretReference
    .optional()
    .meta({ description: 'Prompted for when the medium starts; seals the environment' }),
  encrypt: z
    .literal('content')
    .optional()
    .meta({ description: 'content: the contents of the medium are encrypted, too' }),
  keyboard: z
    .string()
    .regex(KEYBOARD_PATTERN, 'expected the name of a console keyboard map, for example us or fr')
    .default('us')
    .meta({ description: 'Console keyboard map: us, fr' }),
  language: z.enum(['en', 'fr']).default('en'),
  debugShell: z
    .boolean()
    .default(false)
    .meta({ description: 'Offer a shell and the task sequence debugger on the computer; for tests only' }),
  variables: z.record(z.string(), variableOptions).default({}).meta({ description: 'Task sequence variables' }),
  prestart: z
    .strictObject({
      command: z
        .string()
        .trim()
        .min(1, 'expected a command, found only spaces; omit prestart if there is no command')
        .max(4096)
        .meta({ description: 'Run by the shell of the boot image, in the folder of the files' }),
      files: z.string().min(1).optional().meta({ description: 'Folder or file relative to the definition, or a URL' }),
    })
    .optional(),
}

/** A schema for each of {@link SiteOptions}. */
export const siteOptions: { readonly [K in keyof SiteOptions]-?: z.ZodType<SiteOptions[K]> } = {
  management: z.enum(['dynamic', 'site-based']).meta({
    description:
      'dynamic: a management point may redirect the computer to another one; site-based: only one is contacted',
  }),
  managementPoints: z
    .array(managementPoint)
    .min(1)
    .optional()
    .meta({ description: 'In order of priority; replaces the management points of the site' }),
  unknownComputers: z.boolean().default(false).meta({ description: 'Allow computers that are unknown to the site' }),
  userDeviceAffinity: z
    .enum(['auto', 'pending', 'none'])
    .default('none')
    .meta({ description: 'Whether users are assigned to the computer: at once, after approval, or not at all' }),
  certificate: certificate.optional().meta({ description: "The medium's identity towards management points" }),
  ...sharedOptions,
}

/** Whether a URL has only scheme, host, port and path. Invalid URLs pass, because the schema of URLs reports them. */
export function isBareUrl(url: string): boolean {
  const parsed = URL.parse(url)
  return !parsed || (parsed.username === '' && parsed.password === '' && parsed.search === '' && parsed.hash === '')
}
