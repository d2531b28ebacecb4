import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { outputVariable, type PackageFolder, packageFolder, packageReference } from './common.ts'

export interface RunScriptOptions extends PackageFolder {
  readonly language: 'sh' | 'powershell'
  readonly script?: string | undefined
  readonly file?: string | undefined
  readonly parameters: readonly string[]
  readonly outputVariable?: string | undefined
}

const schema = z
  .strictObject({
    language: z.enum(['sh', 'powershell']).default('sh'),
    script: z.string().min(1).optional().meta({ description: 'Text of the script; %NAME% is not expanded' }),
    file: z.string().min(1).optional().meta({ description: 'A file of the package, instead of a text' }),
    parameters: z.array(z.string()).default([]),
    ...packageFolder,
    outputVariable,
  })
  .refine(({ script, file }) => (script === undefined) !== (file === undefined), 'expected either script or file')
  .refine(({ file, package: name }) => file === undefined || name !== undefined, {
    message: '`file` requires a package; add the package',
    path: ['package'],
  })

export const runScript: Step<RunScriptOptions> = {
  title: 'Run Script',
  description: 'Runs a script of the shell or of PowerShell, written here or in a package.',
  schema,
  verbatim: ['script'],
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  content: packageReference,
  program: import.meta.resolve('@bootwright/steps/programs/run-script'),
}
