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
import { check } from './check.ts'
import { encodedEnvironment } from './environment.ts'
import { autorun, mediaLabel } from './label-files.ts'
import { type BootableOptions, schema } from './options.ts'
import { addPrestartFiles } from './prestart.ts'

/** Media that start a computer and contact the site for everything else. They carry no content, so they do not span. */
export function bootable(keeper: Keeper): MediaType<BootableOptions> {
  return {
    schema,
    canSpan: false,
    check,
    prestart: addPrestartFiles,
    async package(context) {
      const { tree, medium } = context
      const { label, options } = medium
      const isSealed = options.password !== undefined
      const environment = await encodedEnvironment(context, keeper)
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

function descriptorOf({ medium, date }: BuildContext<BootableOptions>): Descriptor {
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
