import type { Step } from '@bootwright/api'
import * as z from 'zod'

export interface ApplyDriverPackageOptions {
  readonly driverPackage: string
  readonly recurse: boolean
  readonly unsigned: boolean
}

export const applyDriverPackage: Step<ApplyDriverPackageOptions> = {
  title: 'Apply Driver Package',
  description:
    'Adds drivers to an applied Windows: with DISM from Windows PE; from Linux, Windows Setup installs them.',
  schema: z.union([
    z
      .string()
      .min(1)
      .transform((driverPackage): ApplyDriverPackageOptions => ({ driverPackage, recurse: true, unsigned: false })),
    z.strictObject({
      driverPackage: z.string().min(1).meta({ description: 'A name under driverPackages' }),
      recurse: z.boolean().default(true).meta({ description: 'Include subfolders of the package' }),
      unsigned: z.boolean().default(false).meta({ description: 'Include unsigned drivers; only in Windows PE' }),
    }),
  ]),
  runsIn: ['bootImage'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: {
      OSDInstallDriversAdditionalOptions: 'Additional options for DISM',
      OSDTargetSystemDrive: 'The volume of the operating system',
    },
  },
  content: ({ driverPackage }) => [{ kind: 'driverPackage', name: driverPackage, path: ['driverPackage'] }],
  program: import.meta.resolve('@bootwright/steps/programs/apply-driver-package'),
}
