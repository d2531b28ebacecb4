import type { Architecture } from './definition.ts'
import type { Schema } from './schema.ts'

/** Where a step of a task sequence runs: in the boot image (Windows PE, Linux), or in the operating system that was deployed. */
export type RunEnvironment = 'bootImage' | 'installedSystem'
/** The system of a boot image, and of what it deploys. */
export type Platform = 'linux' | 'windows'

/** What a medium carries for its task sequences, by the kind that they know it by. */
export type ContentKind = 'operatingSystemImage' | 'application' | 'package' | 'driverPackage'

/** A content that the options of a step name. */
export interface ContentReference {
  readonly kind: ContentKind
  readonly name: string
  /** Where in the options. */
  readonly path: readonly (string | number)[]
}

/**
 * A kind of step. Contributed under the name by which a task sequence chooses it: `- runCommandLine: …`. This is its build half; the
 * other half, `target`, runs on the target computer.
 */
export interface Step<Options = unknown> {
  /** `Run Command Line`. */
  readonly title: string
  readonly description: string
  /** Validates the options and applies defaults. Texts in the result may contain `%NAME%`; a secret is written `{ secret: … }`. */
  readonly schema: Schema<Options>
  /** Options in which `%NAME%` is left as it is: the texts of scripts. */
  readonly verbatim?: readonly (keyof Options & string)[] | undefined
  readonly runsIn: readonly RunEnvironment[]
  readonly platforms: readonly Platform[]
  /** What it cannot do without, beyond its medium. */
  readonly needs?: readonly ('network' | 'managementPoint')[] | undefined
  /** Task sequence variables with what they mean: those that replace an option or are otherwise read, and those that are set. */
  readonly variables?: {
    readonly reads?: Readonly<Record<string, string>> | undefined
    readonly sets?: Readonly<Record<string, string>> | undefined
  }
  content?(options: Options): readonly ContentReference[]
  /**
   * Of a module whose default export is a {@link StepProgram}, as a file URL: `new URL('./program.js', import.meta.url).href`. What it imports
   * is put onto the medium with it.
   */
  readonly program: string
}

/** The half of a step that runs on the target computer. */
export interface StepProgram<Options = unknown> {
  /**
   * Does the step's work; it may be called again when the computer was switched off meanwhile, so it takes up whatever it finds. Returns an
   * exit code, 0 when it returns nothing: 3010 asks for a restart. Throws what went wrong, in words for people; an `exitCode` on the
   * error is kept.
   */
  run(options: Options, context: StepContext): Promise<number | undefined>
}

/** What a step has on the target computer. */
export interface StepContext {
  readonly platform: Platform
  readonly environment: RunEnvironment
  readonly firmware: { readonly kind: 'bios' } | { readonly kind: 'uefi'; readonly isSecureBoot: boolean }
  readonly architecture: Architecture
  readonly variables: StepVariables
  /** Ends the step: its time is over, or somebody stops the sequence. */
  readonly signal: AbortSignal
  readonly log: StepLog
  /** A folder that the step may use, empty at first; on the disk as soon as there is one. */
  folder(): Promise<string>
  /** Runs a program to its end without input from people. Never throws: a program that is missing has exit code 127. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<ProgramResult>
  /** Has the system's shell run a command line, with the variables in its environment; what it prints is shown. */
  shell(commandLine: string, options?: RunOptions): Promise<ProgramResult>
  /** A line that somebody types, without its end. Undefined when nobody is there to be asked. */
  prompt(question: string): Promise<string | undefined>
  /** A content of the medium. Every byte is verified; throws with the name of what is missing or changed. */
  content(kind: ContentKind, name: string): Promise<StepContent>
  /** What the sequence says of its applications and packages. */
  readonly catalogue: Catalogue
  readonly disks: ComputerDisks
  /** Has the computer reach a network; by DHCP in a boot image, where nothing did that before. Throws when there is none. */
  connect(): Promise<void>
  /** Has an operating system at `root` (a mounted volume) go on with the sequence when it starts: engine, runtime and contents go there. */
  prepareInstalledSystem(root: string): Promise<void>
  /** Has the computer restart when the step has ended, and the sequence go on in `into`. */
  restart(into: RunEnvironment, options?: { readonly message?: string; readonly seconds?: number }): void
}

export interface StepVariables {
  /** Undefined when it is not set. Names are case-insensitive. */
  get(name: string): string | undefined
  /** Also of names that begin with `_`. An empty value deletes. */
  set(name: string, value: string, options?: { readonly isSecret?: boolean }): void
  list(): readonly { readonly name: string; readonly value: string; readonly isSecret: boolean }[]
  /** With every `%NAME%` of a variable that is set replaced. */
  expand(text: string): string
}

/** What people see of a step. Secrets are masked. */
export interface StepLog {
  info(text: string): void
  warn(text: string): void
  /** What a program prints, in pieces as it comes. */
  output(text: string): void
  /** Only for the log. */
  debug(text: string): void
  progress(done: number, total: number, unit?: 'bytes' | 'items' | 'percent'): void
}

export interface RunOptions {
  readonly folder?: string | undefined
  /** Beside the system's own. */
  readonly environment?: Readonly<Record<string, string>> | undefined
  readonly input?: string | undefined
  /** Output and errors, in pieces as they come. */
  readonly onOutput?: ((text: string) => void) | undefined
}
export interface ProgramResult {
  readonly exitCode: number
  /** Output and errors. */
  readonly output: string
}

export interface StepContent {
  readonly version?: string | undefined
  /** Image of a WIM, when the sequence or the medium says which one. */
  readonly imageIndex?: number | undefined
  /** Paths of its files, relative to each other. */
  readonly files: readonly string[]
  /** A writable copy of all files. */
  copy(): Promise<string>
  /** Path of one of them, read-only, under any name. */
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
  /** Names of applications that are installed first. */
  readonly dependencies: readonly string[]
  /** A command line that succeeds when the application is installed already. */
  readonly detect?: string | undefined
}

/** The disks and volumes of the target computer. */
export interface ComputerDisks {
  /** Those that a system can be deployed to: not the medium, no disc drive. In the order of their names, which is their number from 0. */
  list(): Promise<readonly ComputerDisk[]>
  /** Mounts a volume, writable, and leaves it mounted until the computer restarts. `device` is a path, or `PARTUUID=…`. */
  mount(device: string): Promise<string>
  unmount(device: string): Promise<void>
  /** Nothing of a disk is used any more: its volumes are unmounted, and the engine keeps nothing on it. `path` is that of the disk. */
  release(path: string): Promise<void>
  /** From now on the engine keeps its state, its logs and its working folders on this volume. */
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
