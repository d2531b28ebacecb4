import type { AGENT_EXIT_CODES, Platform } from '@bootwright/api'
import type { Trust } from '@bootwright/medium-format'
import type { Clock } from './clock.ts'
import type { Terminal } from './console/terminal.ts'
import type { Masker } from './mask.ts'
import type { Storage } from './medium/storage.ts'
import type { Paths } from './paths.ts'
import type { SystemCommands } from './platform-adapter.ts'
import type { Programs } from './programs.ts'
import type { Report } from './report.ts'
import type { System } from './system.ts'

/** The computer that the agent runs on, as the agent sees it. */
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
  /** The id of the medium that the boot loader handed over. */
  readonly mediumId: string | undefined
  /** Whose media this boot image runs. */
  readonly trust: Trust
  readonly commands: SystemCommands
  /** What scripts and shells get beside the variables, `PATH` for example. */
  readonly environment: Readonly<Record<string, string>>
}

/** What started the computer. */
export type Firmware = { readonly kind: 'bios' } | { readonly kind: 'uefi'; readonly isSecureBoot: boolean }

/** How the agent leaves the computer. */
export type Outcome = keyof typeof AGENT_EXIT_CODES
