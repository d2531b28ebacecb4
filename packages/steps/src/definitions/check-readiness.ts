import type { Architecture, Step } from '@bootwright/api'
import * as z from 'zod'
import { sizeText } from './common.ts'

export interface CheckReadinessOptions {
  /** Bytes. */
  readonly memory?: number | undefined
  /** MHz. */
  readonly processorSpeed?: number | undefined
  /** Bytes, of the disk that would be taken. */
  readonly diskSize?: number | undefined
  readonly disk: number | string
  readonly architecture?: Architecture | undefined
  readonly firmware?: 'uefi' | 'bios' | undefined
  readonly secureBoot?: boolean | undefined
  readonly tpm: boolean
  readonly acPower: boolean
  readonly network?: 'any' | 'wired' | undefined
}

export const checkReadiness: Step<CheckReadinessOptions> = {
  title: 'Check Readiness',
  description:
    'Checks the computer before anything is changed. All requirements are checked; the step fails if any is not met.',
  schema: z.strictObject({
    memory: sizeText.optional().meta({ description: 'Minimum, for example 4GB; memory reserved by firmware counts' }),
    processorSpeed: z.int().min(1).optional().meta({ description: 'Minimum, in MHz' }),
    diskSize: sizeText.optional().meta({ description: 'Minimum size of the disk' }),
    disk: z
      .union([z.int().min(0), z.string().min(1)])
      .default(0)
      .meta({ description: 'The disk for diskSize: its number, from 0, or its path' }),
    architecture: z.enum(['x64', 'arm64']).optional(),
    firmware: z.enum(['uefi', 'bios']).optional(),
    secureBoot: z.boolean().optional().meta({ description: 'Require Secure Boot on (true) or off (false)' }),
    tpm: z.boolean().default(false).meta({ description: 'Require an enabled TPM' }),
    acPower: z.boolean().default(false).meta({ description: 'Require mains power' }),
    network: z.enum(['any', 'wired']).optional().meta({ description: 'Require a connected network' }),
  }),
  runsIn: ['bootImage', 'installedSystem'],
  platforms: ['linux', 'windows'],
  variables: {
    reads: { OSDDiskIndex: 'Replaces `disk`' },
    sets: {
      _TS_CRMEMORY: '1 when the memory suffices, 0 when not; empty when it was not asked, as in all that follow',
      _TS_CRSPEED: 'The processor is fast enough',
      _TS_CRDISK: 'The disk is large enough',
      _TS_CRARCH: 'The architecture matches',
      _TS_CRUEFI: 'The firmware matches',
      _TS_CRSECUREBOOT: 'Secure Boot matches',
      _TS_CRTPMENABLED: 'There is a TPM',
      _TS_CRACPOWER: 'The computer has mains power',
      _TS_CRNETWORK: 'A network is connected',
      _TS_CRWIRED: 'A wired network is connected',
    },
  },
  program: import.meta.resolve('@bootwright/steps/programs/check-readiness'),
}
