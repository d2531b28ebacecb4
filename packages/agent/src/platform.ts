import type { Console } from './console/console.ts'
import type { Storage } from './medium/storage.ts'
import type { Paths } from './paths.ts'
import type { Programs } from './programs.ts'
import type { Firmware } from './target.ts'

/** What differs between the systems that boot images run. */
export interface Platform {
  readonly paths: Paths
  readonly programs: Programs
  readonly storage: Storage
  /** Terminals for people, as `openConsole` takes them. */
  readonly consoles: readonly string[]
  /** Throws when there is no such terminal. */
  openConsole(name: string): Console
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
}
