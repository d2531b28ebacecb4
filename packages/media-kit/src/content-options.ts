import type { ContentItem } from '@bootwright/medium-format'
import { type ContentSource, contentName, contentSource, contentSources } from '@bootwright/task-sequence'
import * as z from 'zod'

export interface OperatingSystemImageOptions extends ContentSource {
  readonly name: string
  /** Image of a WIM; 1 is the first. */
  readonly index?: number | undefined
}
export interface ContentOptions {
  readonly operatingSystemImage?: OperatingSystemImageOptions | undefined
  readonly applications: Readonly<Record<string, ContentSource>>
  readonly packages: Readonly<Record<string, ContentSource>>
  readonly driverPackages: Readonly<Record<string, ContentSource>>
}

const source = z.string().min(1)
const NAME = 'operating-system'
const image: z.ZodType<OperatingSystemImageOptions> = z.strictObject({
  ...contentSource,
  name: contentName.default(NAME),
  index: z.int().min(1).optional(),
})

/** A schema for each of {@link ContentOptions}, for the strict object of a media type. */
export const contentOptions: { readonly [K in keyof ContentOptions]-?: z.ZodType<ContentOptions[K]> } = {
  operatingSystemImage: z
    .union([source.transform(text => ({ source: text, name: NAME })), image])
    .optional()
    .meta({ description: 'Operating system image to apply: a WIM with `index`, or another file' }),
  applications: contentSources('Applications by name: a folder, a file, a URL, or { source, version }'),
  packages: contentSources('Packages by name: a folder, a file, a URL, or { source, version }'),
  driverPackages: contentSources('Driver packages by name: a folder, a file, a URL, or { source, version }'),
}

/** One content as it is asked for. */
export type RequiredContent = Omit<ContentItem, 'files'> & {
  readonly source: string
  readonly architecture?: ContentSource['architecture']
  /** In the medium's options. */
  readonly at: readonly string[]
}

/** All that the options ask for. */
export function requiredContents({
  operatingSystemImage,
  applications,
  packages,
  driverPackages,
}: ContentOptions): readonly RequiredContent[] {
  const each = (
    kind: RequiredContent['kind'],
    option: string,
    entries: ContentOptions['packages'],
  ): RequiredContent[] => Object.entries(entries).map(([name, entry]) => ({ kind, name, ...entry, at: [option, name] }))
  return [
    ...(operatingSystemImage
      ? [
          {
            kind: 'operatingSystemImage' as const,
            name: operatingSystemImage.name,
            version: operatingSystemImage.version,
            imageIndex: operatingSystemImage.index,
            source: operatingSystemImage.source,
            architecture: operatingSystemImage.architecture,
            at: ['operatingSystemImage'],
          },
        ]
      : []),
    ...each('application', 'applications', applications),
    ...each('package', 'packages', packages),
    ...each('driverPackage', 'driverPackages', driverPackages),
  ]
}
