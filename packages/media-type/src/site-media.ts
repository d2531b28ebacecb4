import type { BuildContext, Keeper, MediaType } from '@bootwright/api'
import { fromMemory } from '@bootwright/bytes'
import {
  DESCRIPTOR_PATH,
  type Descriptor,
  ENVIRONMENT_PATH,
  encodeDescriptor,
  formatDate,
  MEDIA_LABEL_PATH,
  SEALED_ENVIRONMENT_PATH,
} from '@bootwright/medium'
import type { SharedOptions } from '@bootwright/medium/options'
import { check } from './check.ts'
import { encodedEnvironment } from './environment.ts'
import { autorun, mediaLabel } from './label-files.ts'
import { addPrestartFiles } from './prestart.ts'
import type { EstablishedType } from './variables.ts'

/** What a medium does that starts a computer and contacts the site: it says what it is, and carries environment and prestart files. */
export function siteMedia(
  keeper: Keeper,
  established: EstablishedType,
): Required<Pick<MediaType<SharedOptions>, 'check' | 'prestart' | 'package'>> {
  return {
    check,
    prestart: addPrestartFiles,
    async package(context) {
      const { tree, medium } = context
      const { label, options } = medium
      const isSealed = options.password !== undefined
      const environment = await encodedEnvironment(context, keeper, established)
      tree.set(MEDIA_LABEL_PATH, { kind: 'file', content: fromMemory(mediaLabel(label)), change: 'sometimes' })
      if (options.autorun)
        tree.set('autorun.inf', { kind: 'file', content: fromMemory(autorun(label)), change: 'sometimes' })
      tree.set(isSealed ? SEALED_ENVIRONMENT_PATH : ENVIRONMENT_PATH, {
        kind: 'file',
        content: fromMemory(environment),
        change: 'often',
      })
      tree.set(DESCRIPTOR_PATH, {
        kind: 'file',
        content: fromMemory(encodeDescriptor(descriptorOf(context))),
        change: 'often',
      })
    },
  }
}

function descriptorOf({ medium, date }: BuildContext<SharedOptions>): Descriptor {
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
