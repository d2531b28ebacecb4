import type { BuildContext, MediaType, PinStore } from '@bootwright/api'
import { fromMemory } from '@bootwright/bytes'
import {
  DESCRIPTOR_PATH,
  type Descriptor,
  ENVIRONMENT_PATH,
  encodeDescriptor,
  formatDate,
  MEDIA_LABEL_PATH,
  SEALED_ENVIRONMENT_PATH,
} from '@bootwright/medium-format'
import type { MediaOptions } from '@bootwright/medium-format/options'
import { check, checkSite } from './check.ts'
import { type ContentKey, contentKeys } from './content-key.ts'
import { encodedEnvironment } from './environment.ts'
import { autorun, mediaLabel } from './label-files.ts'
import type { MediaParts } from './media-parts.ts'
import { addPrestartFiles } from './prestart.ts'
import type { EstablishedType } from './variables.ts'

type Methods = Required<Pick<MediaType<MediaOptions>, 'check' | 'prestart' | 'package'>>

/** What a medium does that starts a computer: it says what it is, and carries environment and prestart files. */
export interface StartedMedia extends Omit<Methods, 'package'> {
  package(context: BuildContext<MediaOptions>, more?: MediaParts): Promise<void>
  readonly contentKey: ContentKey
}
export function startedMedia(keeper: PinStore, established: EstablishedType): StartedMedia {
  const contentKey = contentKeys(keeper)
  return {
    contentKey,
    check,
    prestart: async context => addPrestartFiles(context, await contentKey(context)),
    async package(context, { taskSequence, variables, descriptor } = {}) {
      const { tree, medium } = context
      const { label, options } = medium
      const add = (path: string, data: Uint8Array | string, change: 'sometimes' | 'often'): unknown =>
        tree.set(path, { kind: 'file', content: fromMemory(data), change })
      add(MEDIA_LABEL_PATH, mediaLabel(label), 'sometimes')
      if (options.autorun) add('autorun.inf', autorun(label), 'sometimes')
      const path = options.password === undefined ? ENVIRONMENT_PATH : SEALED_ENVIRONMENT_PATH
      add(
        path,
        await encodedEnvironment(context, keeper, established, { taskSequence, variables }, await contentKey(context)),
        'often',
      )
      add(DESCRIPTOR_PATH, encodeDescriptor({ ...descriptorOf(context), ...descriptor }), 'often')
    },
  }
}

/** The same of a medium that contacts the site. */
export function siteMedia(keeper: PinStore, established: EstablishedType): Methods & Pick<StartedMedia, 'contentKey'> {
  const started = startedMedia(keeper, established)
  return {
    check: async context => [...(await started.check(context)), ...(await checkSite(context))],
    prestart: started.prestart,
    contentKey: started.contentKey,
    package: context => started.package(context),
  }
}

function descriptorOf({ medium, date }: BuildContext<MediaOptions>): Descriptor {
  const { id, type, label, architecture, options } = medium
  const { unattended, language, keyboard, debugShell, password } = options
  return {
    formatVersion: 1,
    id,
    type,
    label,
    date: formatDate(date),
    architecture,
    passwordRequired: password !== undefined,
    unattended,
    language,
    keyboard,
    debugShell,
  }
}
