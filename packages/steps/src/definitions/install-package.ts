import type { Step } from '@bootwright/api'
import * as z from 'zod'

export interface InstallPackageOptions {
  readonly package: string
  readonly program?: string | undefined
  readonly command?: string | undefined
}

export const installPackage: Step<InstallPackageOptions> = {
  title: 'Install Package',
  description: 'Runs a program of a package in a copy of its files.',
  schema: z
    .strictObject({
      package: z.string().min(1).meta({ description: 'A name under packages' }),
      program: z.string().min(1).optional().meta({ description: 'One of the programs of the package' }),
      command: z.string().min(1).optional().meta({ description: 'A command line, instead of a program' }),
    })
    .refine(
      ({ program, command }) => (program === undefined) !== (command === undefined),
      'expected either program or command',
    ),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  content: ({ package: name }) => [{ kind: 'package', name, path: ['package'] }],
  program: import.meta.resolve('@bootwright/steps/programs/install-package'),
}
