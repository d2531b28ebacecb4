import { join } from 'node:path'
import type { StepContext } from '@bootwright/api'
import type { PackageFolder } from '../definitions/common.ts'

/** The folder that a command or a script runs in; undefined when it does not matter. */
export async function workingFolder(options: PackageFolder, context: StepContext): Promise<string | undefined> {
  if (options.package === undefined) return options.folder
  const files = await (await context.content('package', options.package)).copy()
  return options.folder === undefined ? files : join(files, options.folder)
}

/** Characters of a variable's value. */
const VALUE_LIMIT = 4000

/** Puts what was printed into a variable. */
export function keepOutput(name: string | undefined, output: string, { variables }: StepContext): void {
  if (name !== undefined) variables.set(name, output.trim().slice(-VALUE_LIMIT))
}
