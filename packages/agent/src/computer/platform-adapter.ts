import type { Platform } from '@bootwright/api'
import type { Console } from './console.ts'
import type { Firmware } from './firmware.ts'
import type { Paths } from './paths.ts'
import type { Programs } from './programs.ts'
import type { Storage } from './storage.ts'
import type { System } from './system.ts'

/** The operating system of the boot image or the installed system, as the agent needs it. */
export interface PlatformAdapter {
  readonly name: Platform
  readonly system: System
  readonly paths: Paths
  readonly programs: Programs
  readonly storage: Storage
  /** Names of the consoles for {@link openConsole}. */
  readonly consoles: readonly string[]
  /** Throws when the console does not exist. */
  openConsole(name: string): Console
  /** A console for output only: other programs read from it. */
  openOutput(name: string): Console
  /** The script that starts the agent of an installed runtime. */
  startScript(folder: string): string
  /** Restarts the installed system. */
  restart(): Promise<void>
  firmware(): Promise<Firmware>
  /** The id of the medium that the boot loader or the boot image passed. */
  readonly mediumId: string | undefined
  /** Root of the boot image's file system. */
  readonly root: string
  readonly commands: SystemCommands
  /** Environment of scripts and shells besides the variables: `PATH` and what programs require. */
  readonly environment: Readonly<Record<string, string>>
  /** A script of the system that runs `command`. */
  script(name: string, command: readonly string[]): { readonly file: string; readonly text: string }
}

/** Commands of the boot image. */
export interface SystemCommands {
  /** Starts an interactive shell. */
  readonly shell: string
  /** Loads a keyboard map by its name. */
  readonly keyboard: string
  /** The program and its arguments that run a command line. */
  line(commandLine: string): readonly string[]
}
