import type { Platform } from '@bootwright/api'
import type { Console } from './console.ts'
import type { Firmware } from './firmware.ts'
import type { Paths } from './paths.ts'
import type { Programs } from './programs.ts'
import type { Storage } from './storage.ts'
import type { System } from './system.ts'

/** What differs between the systems that boot images run. */
export interface PlatformAdapter {
  readonly name: Platform
  readonly system: System
  readonly paths: Paths
  readonly programs: Programs
  readonly storage: Storage
  /** Terminals for people, as `openConsole` takes them. */
  readonly consoles: readonly string[]
  /** Throws when there is no such terminal. */
  openConsole(name: string): Console
  /** One that is only written to: others read from it. */
  openOutput(name: string): Console
  /** Of a runtime that was installed: what starts the agent with it. */
  startScript(folder: string): string
  /** Restarts the installed system. */
  restart(): Promise<void>
  firmware(): Promise<Firmware>
  /** The id of the medium that the boot loader or the boot image handed over. */
  readonly mediumId: string | undefined
  /** Of the boot image's file system, as the paths in it are relative to. */
  readonly root: string
  readonly commands: SystemCommands
  /** What scripts and shells get beside the variables: where programs are, and what they cannot do without. */
  readonly environment: Readonly<Record<string, string>>
  /** A script that runs `command`, as the system has them. */
  script(name: string, command: readonly string[]): { readonly file: string; readonly text: string }
}

/** Commands of the boot image. */
export interface SystemCommands {
  /** A shell for people. */
  readonly shell: string
  /** Loads a keyboard map by its name. */
  readonly keyboard: string
  /** The program and its arguments that run a command line. */
  line(commandLine: string): readonly string[]
}
