import type { Architecture } from './definition.ts'
import type { Schema } from './schema.ts'

/** Where a step runs: in the boot image (Windows PE, Linux) or in the deployed operating system. */
export type RunEnvironment = 'bootImage' | 'installedSystem'
/** The operating system of a boot image, and of what it deploys. */
export type Platform = 'linux' | 'windows'

/** The kinds of content that task sequences refer to. */
export type ContentKind = 'operatingSystemImage' | 'application' | 'package' | 'driverPackage'

/** A content that a step's options refer to. */
export interface ContentReference {
  readonly kind: ContentKind
  readonly name: string
  /** Where in the options. */
  readonly path: readonly (string | number)[]
}

/**
 * The definition of a step, contributed under the name that task sequences use: `- runCommandLine: …`. This half runs when media are built;
 * the other half, `program`, runs on the computer.
 */
export interface Step<Options = unknown> {
  /** `Run Command Line`. */
  readonly title: string
  readonly description: string
  /** Validates the options and applies defaults. Texts in the result may contain `%NAME%`; a secret is written `{ secret: … }`. */
  readonly schema: Schema<Options>
  /** Options in which `%NAME%` is not expanded: the texts of scripts. */
  readonly verbatim?: readonly (keyof Options & string)[] | undefined
  readonly runsIn: readonly RunEnvironment[]
  readonly platforms: readonly Platform[]
  /** What it requires besides its medium. */
  readonly needs?: readonly ('network' | 'managementPoint')[] | undefined
  /** Task sequence variables and their meanings: those that are read (to override an option, for example), and those that are set. */
  readonly variables?: {
    readonly reads?: Readonly<Record<string, string>> | undefined
    readonly sets?: Readonly<Record<string, string>> | undefined
  }
  content?(options: Options): readonly ContentReference[]
  /**
   * File URL of a module whose default export is a {@link StepProgram}: `new URL('./program.js', import.meta.url).href`. It is bundled onto
   * the medium together with what it imports.
   */
  readonly program: string
}

/** The half of a step that runs on the computer. */
export interface StepProgram<Options = unknown> {
  /**
   * Does the step's work. It is called again when the computer lost power meanwhile, so it must cope with partial results. Returns an exit
   * code, 0 when undefined; 3010 requests a restart. Throws an error whose message is for people; its `exitCode`, if any, becomes the exit
   * code.
   */
  run(options: Options, context: StepContext): Promise<number | undefined>
}

/** The environment of a step's program on the computer. */
export interface StepContext {
  readonly platform: Platform
  readonly environment: RunEnvironment
  readonly firmware: { readonly kind: 'bios' } | { readonly kind: 'uefi'; readonly isSecureBoot: boolean }
  readonly architecture: Architecture
  readonly variables: StepVariables
  /** Aborts when the step times out or the operator stops the sequence. */
  readonly signal: AbortSignal
  readonly log: StepLog
  /** A working folder for the step, empty at first; on the disk once there is one. */
  folder(): Promise<string>
  /** Runs a program to its end, non-interactively. Never throws: a missing program has exit code 127. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<ProgramResult>
  /** Runs a command line in the system's shell, with the variables in its environment. Its output is shown. */
  shell(commandLine: string, options?: RunOptions): Promise<ProgramResult>
  /** Prompts the operator and returns the line, without its line end. Undefined when unattended. */
  prompt(question: string): Promise<string | undefined>
  /** A content of the medium. Every byte is verified; throws with the name of what is missing or changed. */
  content(kind: ContentKind, name: string): Promise<StepContent>
  /** The applications and packages that the sequence declares. */
  readonly catalogue: Catalogue
  readonly disks: ComputerDisks
  /** Connects to the network, by DHCP if a boot image has not configured it yet. Throws when there is no network. */
  connect(): Promise<void>
  /** Prepares the operating system at `root` (a mounted volume) to resume the sequence when it starts: copies engine, runtime and contents. */
  prepareInstalledSystem(root: string): Promise<void>
  /** Restarts the computer after the step; the sequence resumes in `into`. */
  restart(into: RunEnvironment, options?: { readonly message?: string; readonly seconds?: number }): void
}

export interface StepVariables {
  /** Undefined when not set. Names are case-insensitive. */
  get(name: string): string | undefined
  /** Names that begin with `_` are allowed here. An empty value deletes the variable. */
  set(name: string, value: string, options?: { readonly isSecret?: boolean }): void
  list(): readonly { readonly name: string; readonly value: string; readonly isSecret: boolean }[]
  /** Replaces every `%NAME%` of a variable that is set. */
  expand(text: string): string
}

/** Messages of a step. Secrets are masked. */
export interface StepLog {
  info(text: string): void
  warn(text: string): void
  /** Output of a program, in chunks. */
  output(text: string): void
  /** Written to the log file only. */
  debug(text: string): void
  progress(done: number, total: number, unit?: 'bytes' | 'items' | 'percent'): void
}

export interface RunOptions {
  readonly folder?: string | undefined
  /** In addition to the system's own. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly input?: string | undefined
  /** Standard output and standard error, in chunks. */
  readonly onOutput?: ((text: string) => void) | undefined
}
export interface ProgramResult {
  readonly exitCode: number
  /** Standard output and standard error. */
  readonly output: string
}

export interface StepContent {
  readonly version?: string | undefined
  /** Index of the image in a WIM, if the sequence or the medium declares one. */
  readonly imageIndex?: number | undefined
  /** Relative paths of its files. */
  readonly files: readonly string[]
  /** Copies all files to a writable folder and returns its path. */
  copy(): Promise<string>
  /** A path to read one of the files from; its name may differ. */
  path(file: string): Promise<string>
}

export interface Catalogue {
  readonly applications: Readonly<Record<string, ApplicationEntry>>
  readonly packages: Readonly<Record<string, { readonly programs: Readonly<Record<string, string>> }>>
}
export interface ApplicationEntry {
  /** Command line, run in the folder of the application's files. */
  readonly install: string
  readonly successCodes: readonly number[]
  /** Applications to install first. */
  readonly dependencies: readonly string[]
  /** A command line that succeeds if the application is already installed. */
  readonly detect?: string | undefined
}

/** The disks and volumes of the computer. */
export interface ComputerDisks {
  /** Disks that a system can be deployed to: neither the medium nor disc drives. Ordered by name; the index is the disk number, from 0. */
  list(): Promise<readonly ComputerDisk[]>
  /** Mounts a volume read-write until the computer restarts and returns the mount point. `device` is a path, or `PARTUUID=…`. */
  mount(device: string): Promise<string>
  unmount(device: string): Promise<void>
  /** Stops using a disk: unmounts its volumes and moves the engine's state off it. `path` is the disk's path. */
  release(path: string): Promise<void>
  /** From now on the engine stores its state, logs and working folders on this volume. */
  keepStateOn(device: string): Promise<void>
}
export interface ComputerDisk {
  readonly number: number
  /** `/dev/sda`. */
  readonly path: string
  /** Bytes. */
  readonly size: number
  readonly isRemovable: boolean
}
