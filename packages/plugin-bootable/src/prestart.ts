import { access, constants } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { BuildContext, Finding } from '@bootwright/api'
import { PRESTART_FOLDER } from '@bootwright/medium'
import { type Check, error } from './findings.ts'
import type { BootableOptions } from './options.ts'

/** Puts the prestart files onto the medium; they change less often than the environment and more often than the boot image. */
export async function addPrestartFiles(context: BuildContext<BootableOptions>): Promise<void> {
  const { prestart } = context.medium.options
  if (!prestart) return
  const { tree } = context
  tree.set(PRESTART_FOLDER, { kind: 'folder' })
  if (prestart.files === undefined) return
  for (const [path, entry] of await context.content(prestart.files))
    tree.set(`${PRESTART_FOLDER}/${path}`, entry.kind === 'file' ? { ...entry, change: 'sometimes' } : entry)
}

export async function checkPrestart({ medium, folder }: Check): Promise<readonly Finding[]> {
  const { files } = medium.options.prestart ?? {}
  // URLs are for the content sources to judge. One letter is a Windows drive.
  if (files === undefined || /^[a-z][a-z0-9+.-]+:/i.test(files)) return []
  const path = resolve(folder, files)
  return await access(path, constants.R_OK).then(
    () => [],
    (failure: NodeJS.ErrnoException) => [
      error(
        ['prestart', 'files'],
        failure.code === 'ENOENT'
          ? `${path} does not exist; create it, or leave files out`
          : `${path} cannot be read: ${failure.code}`,
      ),
    ],
  )
}
