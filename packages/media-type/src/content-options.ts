import type { ContentItem } from '@bootwright/medium'
import { z } from 'zod'

/** Something that is carried: a folder or file relative to the definition, or a URL. */
export interface ContentSourceOptions {
  readonly source: string
  readonly version?: string | undefined
}
export interface OperatingSystemImageOptions extends ContentSourceOptions {
  readonly name: string
  /** Image of a WIM; 1 is the first. */
  readonly index?: number | undefined
}
export interface ContentOptions {
  readonly operatingSystemImage?: OperatingSystemImageOptions | undefined
  readonly applications: Readonly<Record<string, ContentSourceOptions>>
  readonly packages: Readonly<Record<string, ContentSourceOptions>>
  readonly driverPackages: Readonly<Record<string, ContentSourceOptions>>
}

const name = z
  .string()
  .regex(/^[^\p{Cc}/\\]{1,128}$/u, 'expected a name of at most 128 characters without "/" and "\\"')
const source = z.string().min(1)
const version = z.string().min(1).max(64).optional()

const content: z.ZodType<ContentSourceOptions> = z.union([
  source.transform(text => ({ source: text })),
  z.strictObject({ source, version }),
])
const contents = (what: string): z.ZodType<Readonly<Record<string, ContentSourceOptions>>> =>
  z
    .record(name, content)
    .default({})
    .meta({ description: `${what} by name: a folder, a file, a URL, or { source, version }` })

/** A schema for each of {@link ContentOptions}, for the strict object of a media type. */
export const contentOptions: { readonly [K in keyof ContentOptions]-?: z.ZodType<ContentOptions[K]> } = {
  operatingSystemImage: z
    .union([
      source.transform(text => ({ source: text, name: 'operating-system' })),
      z.strictObject({ source, version, name: name.default('operating-system'), index: z.int().min(1).optional() }),
    ])
    .optional()
    .meta({ description: 'The image that is applied: a WIM with `index`, or another file' }),
  applications: contents('Applications'),
  packages: contents('Packages'),
  driverPackages: contents('Driver packages'),
}

/** One content as it is asked for. */
export type Asked = Omit<ContentItem, 'files'> & {
  readonly source: string
  /** In the medium's options. */
  readonly at: readonly string[]
}

/** All that the options ask for. */
export function asked({
  operatingSystemImage,
  applications,
  packages,
  driverPackages,
}: ContentOptions): readonly Asked[] {
  const each = (kind: Asked['kind'], option: string, entries: ContentOptions['packages']): Asked[] =>
    Object.entries(entries).map(([name, { source, version }]) => ({ kind, name, version, source, at: [option, name] }))
  return [
    ...(operatingSystemImage
      ? [
          {
            kind: 'operatingSystemImage' as const,
            name: operatingSystemImage.name,
            version: operatingSystemImage.version,
            imageIndex: operatingSystemImage.index,
            source: operatingSystemImage.source,
            at: ['operatingSystemImage'],
          },
        ]
      : []),
    ...each('application', 'applications', applications),
    ...each('package', 'packages', packages),
    ...each('driverPackage', 'driverPackages', driverPackages),
  ]
}
