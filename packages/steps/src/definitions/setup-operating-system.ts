import type { Step } from '@bootwright/api'
import * as z from 'zod'

export type SetupOperatingSystemOptions = Readonly<Record<string, never>>

export const setupOperatingSystem: Step<SetupOperatingSystemOptions> = {
  title: 'Setup Operating System',
  description:
    'Boots the deployed system, where the sequence resumes. What later steps need is copied to its disk first.',
  schema: z.strictObject({}) as z.ZodType<SetupOperatingSystemOptions>,
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: { reads: { OSDTargetSystemDrive: 'The volume of the operating system' } },
  program: import.meta.resolve('@bootwright/steps/programs/setup-operating-system'),
}
