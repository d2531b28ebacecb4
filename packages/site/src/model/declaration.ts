import { VARIABLE_NAME_PATTERN, type Variable } from '@bootwright/medium-format'
import { httpUrl, objectName } from '@bootwright/site-protocol'
import * as z from 'zod'

export interface DeclaredComputer {
  readonly uuid?: string | undefined
  readonly macAddresses: readonly string[]
  readonly variables: Readonly<Record<string, Variable>>
}
export interface Collection {
  readonly computers: readonly string[]
  /** Known computers that match are members; patterns with `*`. */
  readonly rules: readonly { readonly make?: string | undefined; readonly model?: string | undefined }[]
  readonly variables: Readonly<Record<string, Variable>>
}
export interface Deployment {
  readonly taskSequence: string
  /** The latest revision when absent. */
  readonly revision?: number | undefined
  readonly collection: string
  readonly purpose: 'required' | 'available'
  readonly availableTo: 'clients' | 'clientsAndMedia' | 'media' | 'mediaHidden'
  readonly description: string
  /** ISO 8601: the period in which it is offered. */
  readonly from?: string | undefined
  readonly to?: string | undefined
}
export interface Boundary {
  /** IP networks, ranges and addresses. */
  readonly ranges: readonly string[]
  /** Boundaries with a lower number take precedence. */
  readonly priority: number
  readonly managementPoints: readonly string[]
  readonly distributionPoints: readonly string[]
}

/** The declared objects of a site. */
export interface Site {
  readonly name: string
  readonly computers: Readonly<Record<string, DeclaredComputer>>
  readonly collections: Readonly<Record<string, Collection>>
  readonly deployments: Readonly<Record<string, Deployment>>
  readonly boundaries: Readonly<Record<string, Boundary>>
  /** Distribution points for computers outside every boundary. */
  readonly distributionPoints: readonly string[]
  /** PEM: authorities whose client certificates are accepted without registration. */
  readonly clientAuthorities: readonly string[]
  /** PEM: revocation lists of those authorities. */
  readonly revocationLists: readonly string[]
}

/** Built-in collections. */
export const ALL_COMPUTERS = 'allComputers'
export const UNKNOWN_COMPUTERS = 'unknownComputers'

const macAddress = z
  .string()
  .regex(/^[\dA-Fa-f]{2}([:-][\dA-Fa-f]{2}){5}$/, 'expected a MAC address such as 52:54:00:12:34:56')
const range = z
  .string()
  .regex(
    /^[\dA-Fa-f.:]+(\/\d{1,3}|\s*-\s*[\dA-Fa-f.:]+)?$/,
    'expected a network (192.0.2.0/24), a range (192.0.2.10 - 192.0.2.20) or an address',
  )
/** A declared variable is text, or `{ secret: text }`. */
const declaredVariables: z.ZodType<Readonly<Record<string, Variable>>> = z
  .record(
    z.string().regex(VARIABLE_NAME_PATTERN, 'expected a variable name: a letter, then letters, digits, "_" or "-"'),
    z.union([z.string(), z.strictObject({ secret: z.string() })]),
  )
  .transform(all =>
    Object.fromEntries(
      Object.entries(all).map(([name, value]): [string, Variable] => [
        name,
        typeof value === 'string' ? { value } : { value: value.secret, isSecret: true },
      ]),
    ),
  )
  .prefault({})
const named = <T>(value: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> =>
  z.record(objectName as z.ZodType<string, string>, value).prefault({} as never) as never

const sites = z.strictObject({
  name: objectName,
  computers: named(
    z
      .strictObject({
        uuid: z.guid('expected the SMBIOS UUID of the computer').optional(),
        macAddresses: z.array(macAddress).prefault([]),
        variables: declaredVariables,
      })
      .refine(({ uuid, macAddresses }) => uuid !== undefined || macAddresses.length > 0, {
        error: 'a computer is identified by uuid or macAddresses; give at least one',
      }),
  ),
  collections: named(
    z.strictObject({
      computers: z.array(z.string()).prefault([]),
      rules: z.array(z.strictObject({ make: z.string().optional(), model: z.string().optional() })).prefault([]),
      variables: declaredVariables,
    }),
  ),
  deployments: named(
    z.strictObject({
      taskSequence: objectName,
      revision: z.int().min(1).optional(),
      collection: z.string(),
      purpose: z.enum(['required', 'available']),
      availableTo: z.enum(['clients', 'clientsAndMedia', 'media', 'mediaHidden']).prefault('clientsAndMedia'),
      description: z.string().max(1000).prefault(''),
      from: z.iso.datetime({ offset: true }).optional(),
      to: z.iso.datetime({ offset: true }).optional(),
    }),
  ),
  boundaries: named(
    z.strictObject({
      ranges: z.array(range).min(1),
      priority: z.int().min(0).prefault(100),
      managementPoints: z.array(httpUrl).prefault([]),
      distributionPoints: z.array(httpUrl).prefault([]),
    }),
  ),
  distributionPoints: z.array(httpUrl).prefault([]),
  clientAuthorities: z.array(z.string().includes('-----BEGIN CERTIFICATE-----')).prefault([]),
  revocationLists: z.array(z.string().includes('-----BEGIN X509 CRL-----')).prefault([]),
})

/** Validates a declaration, including references between its objects. */
export const siteSchema: z.ZodType<Site> = sites.superRefine((site, context) => {
  const report = (path: (string | number)[], message: string): void =>
    context.addIssue({ code: 'custom', path, message })
  for (const name of [ALL_COMPUTERS, UNKNOWN_COMPUTERS])
    if (site.collections[name]) report(['collections', name], `"${name}" is a built-in collection; choose another name`)
  const collections = [ALL_COMPUTERS, UNKNOWN_COMPUTERS, ...Object.keys(site.collections)]
  for (const [name, { collection }] of Object.entries(site.deployments))
    if (!collections.includes(collection))
      report(
        ['deployments', name, 'collection'],
        `unknown collection "${collection}"; expected one of: ${collections.join(', ')}`,
      )
  for (const [name, { computers }] of Object.entries(site.collections))
    for (const [index, computer] of computers.entries())
      if (!site.computers[computer])
        report(['collections', name, 'computers', index], `unknown computer "${computer}"; add it to computers`)
}) as never

/** JSON Schema of the file that declares a site, for editors; there, certificates and revocation lists are file names. */
export function siteFileSchema(): object {
  const schema = z.toJSONSchema(siteSchema, { io: 'input' }) as { readonly properties: Record<string, object> }
  const files = { type: 'array', items: { type: 'string', description: 'A PEM file, relative to this file' } }
  return { ...schema, properties: { ...schema.properties, clientAuthorities: files, revocationLists: files } }
}
