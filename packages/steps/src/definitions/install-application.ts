import type { Step } from '@bootwright/api'
import * as z from 'zod'

export interface InstallApplicationOptions {
  readonly applications: readonly string[]
  readonly continueOnError: boolean
}

const name = z.string().min(1)

export const installApplication: Step<InstallApplicationOptions> = {
  title: 'Install Application',
  description: 'Installs applications in order, each after its dependencies; skips those that are already installed.',
  schema: z.union([
    name.transform((one): InstallApplicationOptions => ({ applications: [one], continueOnError: false })),
    z.strictObject({
      applications: z.array(name).min(1).meta({ description: 'Names under applications' }),
      continueOnError: z.boolean().default(false).meta({ description: 'Continue with the next one after a failure' }),
    }),
  ]),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  variables: { sets: { _TSAppInstallStatus: 'Success, Warning or Error' } },
  content: ({ applications }) =>
    applications.map((each, index) => ({ kind: 'application', name: each, path: ['applications', index] })),
  program: import.meta.resolve('@bootwright/steps/programs/install-application'),
}
