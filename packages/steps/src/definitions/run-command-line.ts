import type { Step } from '@bootwright/api'
import * as z from 'zod'
import { outputVariable, type PackageFolder, packageFolder, packageReference } from './common.ts'

export interface RunCommandLineOptions extends PackageFolder {
  readonly command: string
  readonly outputVariable?: string | undefined
}

const whole = z.strictObject({
  command: z
    .string()
    .min(1)
    .meta({ description: 'Run by the shell of the system, with the variables in its environment' }),
  ...packageFolder,
  outputVariable,
})

export const runCommandLine: Step<RunCommandLineOptions> = {
  title: 'Run Command Line',
  description: 'Runs a command line, in the folder of a package if one is given.',
  schema: z.union([
    z
      .string()
      .min(1)
      .transform((command): RunCommandLineOptions => ({ command })),
    whole,
  ]),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  content: packageReference,
  program: import.meta.resolve('@bootwright/steps/programs/run-command-line'),
}
