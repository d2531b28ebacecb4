import type { DigestCache, Keeper, MediaType } from '@bootwright/api'
import { addContent, asked, checkContent, siteMedia } from '@bootwright/media-type'
import { type PrestagedOptions, schema } from './options.ts'

/**
 * Media that a factory puts onto disks: a boot image with what it needs to contact the site, and contents that task sequences then need not
 * fetch. They carry no task sequence: the site gives it.
 */
export function prestaged(keeper: Keeper, digests: DigestCache): MediaType<PrestagedOptions> {
  const shared = siteMedia(keeper, 'OEMMedia')
  return {
    schema,
    canSpan: false,
    about: ({ createdBy, version, comment }) => ({ createdBy, version, comment }),
    check: async context => [
      ...(await shared.check(context)),
      ...(await checkContent(asked(context.medium.options), context)),
      ...checkImageThere(context.medium.options),
    ],
    prestart: shared.prestart,
    async package(context) {
      await addContent(context, asked(context.medium.options), digests, await shared.contentKey(context))
      await shared.package(context)
    },
  }
}

const checkImageThere = ({ operatingSystemImage }: PrestagedOptions) =>
  operatingSystemImage
    ? []
    : [
        {
          severity: 'error' as const,
          path: ['operatingSystemImage'],
          message:
            'a prestaged medium carries an operating system image, and there is none; add for example operatingSystemImage: { source: ./install.wim, index: 1 }, or make a bootable medium',
        },
      ]
