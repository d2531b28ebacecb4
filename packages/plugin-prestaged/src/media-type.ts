import type { BuildContext, CheckContext, DigestCache, Finding, MediaType, PinStore } from '@bootwright/api'
import {
  addContent,
  checkContent,
  checkSequence,
  contentsOfSequence,
  openSequence,
  type RequiredContent,
  requiredContents,
  siteMedia,
} from '@bootwright/media-kit'
import { NO_CONTENTS } from '@bootwright/task-sequence'
import { type PrestagedOptions, schema } from './options.ts'

/** What a sequence has when it runs: the medium contacts the site. */
const PLACE = { media: 'prestaged media', has: ['network', 'managementPoint'] } as const

/**
 * Media that a factory puts onto disks: a boot image with what it needs to contact the site, and contents that task sequences then need not
 * fetch: those that are named, and those that a task sequence refers to. They carry no task sequence: the site gives it.
 */
export function prestaged(keeper: PinStore, digests: DigestCache): MediaType<PrestagedOptions> {
  const shared = siteMedia(keeper, 'OEMMedia')
  return {
    schema,
    canSpan: false,
    about: ({ createdBy, version, comment }) => ({ createdBy, version, comment }),
    check: async context => [...(await shared.check(context)), ...(await checkContents(context))],
    prestart: shared.prestart,
    async package(context) {
      await addContent(context, await contentsOf(context), digests, await shared.contentKey(context))
      await shared.package(context)
    },
  }
}

/** What the medium names goes before what the sequence calls the same. */
function together(own: readonly RequiredContent[], ofSequence: readonly RequiredContent[]): readonly RequiredContent[] {
  const isNamed = ({ kind, name }: RequiredContent): boolean =>
    own.some(each => each.kind === kind && each.name === name)
  return [...own, ...ofSequence.filter(each => !isNamed(each))]
}

async function contentsOf(context: BuildContext<PrestagedOptions>): Promise<readonly RequiredContent[]> {
  const { options } = context.medium
  if (options.taskSequence === undefined) return requiredContents(options)
  return together(
    requiredContents(options),
    contentsOfSequence(await openSequence(context, options.taskSequence, NO_CONTENTS)),
  )
}

async function checkContents(context: CheckContext<PrestagedOptions>): Promise<readonly Finding[]> {
  const { options } = context.medium
  const { opened, findings } =
    options.taskSequence === undefined
      ? { opened: undefined, findings: [] }
      : await checkSequence(context, options.taskSequence, NO_CONTENTS, PLACE)
  const items = together(requiredContents(options), opened ? contentsOfSequence(opened) : [])
  return [...findings, ...(await checkContent(items, context)), ...checkImageThere(items)]
}

const checkImageThere = (items: readonly RequiredContent[]): readonly Finding[] =>
  items.some(({ kind }) => kind === 'operatingSystemImage')
    ? []
    : [
        {
          severity: 'error',
          path: ['operatingSystemImage'],
          message:
            'a prestaged medium needs an operating system image; add one, for example operatingSystemImage: { source: ./install.wim, index: 1 }, or make a bootable medium',
        },
      ]
