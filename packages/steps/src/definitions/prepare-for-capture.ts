import type { Step } from '@bootwright/api'
import * as z from 'zod'

export interface PrepareForCaptureOptions {
  readonly logs: boolean
  readonly sshKeys: boolean
}

export const prepareForCapture: Step<PrepareForCaptureOptions> = {
  title: 'Prepare for Capture',
  description:
    'Generalises a system for its capture. Linux, from the boot image: machine id, host keys, logs, leases, caches. Windows by sysprep, while it runs; from the boot image it is checked that sysprep was there.',
  schema: z.strictObject({
    logs: z.boolean().default(true).meta({ description: 'Empty the logs and the journal' }),
    sshKeys: z.boolean().default(true).meta({ description: 'Remove the host keys of the SSH server' }),
  }),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: { OSDCaptureSource: 'The volume with the system; the only one that has one when absent' },
    sets: { OSDCaptureSource: 'The prepared volume' },
  },
  program: import.meta.resolve('@bootwright/steps/programs/prepare-for-capture'),
}
