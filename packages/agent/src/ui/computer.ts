import type { AGENT_EXIT_CODES, Platform } from '@bootwright/api'
import type { Trust } from '@bootwright/medium-format'
import type { Clock } from '../computer/clock.ts'
import type { Firmware } from '../computer/firmware.ts'
import type { Paths } from '../computer/paths.ts'
import type { SystemCommands } from '../computer/platform-adapter.ts'
import type { Programs } from '../computer/programs.ts'
import type { Storage } from '../computer/storage.ts'
import type { System } from '../computer/system.ts'
import type { Masker } from './mask.ts'
import type { Report } from './report.ts'
import type { Terminal } from './terminal.ts'

/** The computer that the agent runs on: platform, storage, consoles, report. */
export interface Computer {
  readonly terminal: Terminal
  readonly report: Report
  readonly masker: Masker
  readonly storage: Storage
  readonly programs: Programs
  readonly platform: Platform
  readonly system: System
  readonly clock: Clock
  readonly paths: Paths
  readonly firmware: Firmware
  /** The id of the medium that the boot loader passed. */
  readonly mediumId: string | undefined
  /** Signers whose media this boot image runs. */
  readonly trust: Trust
  readonly commands: SystemCommands
  /** Environment of scripts and shells besides the variables, `PATH` for example. */
  readonly environment: Readonly<Record<string, string>>
}

/** How the agent leaves the computer. */
export type Outcome = keyof typeof AGENT_EXIT_CODES
