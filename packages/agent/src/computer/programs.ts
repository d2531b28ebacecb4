import type { RunOptions as StepRunOptions } from '@bootwright/api'

/** As for steps of task sequences. */
export interface RunOptions extends StepRunOptions {
  /** Ends the program and all that it started. */
  readonly signal?: AbortSignal | undefined
}

/** Runs other programs of the boot image. */
export interface Programs {
  /** Runs to the end without input. Never throws: a program that is missing has exit code 127. */
  run(
    command: string,
    args: readonly string[],
    options?: RunOptions,
  ): Promise<{ readonly exitCode: number; readonly output: string }>
  /** Has the system's shell run a command for people to talk with. Throws what the system says, such as `E2BIG` for too many variables. */
  start(options: StartOptions): InteractiveProgram
}
export interface StartOptions {
  readonly command: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** Output and errors, in pieces as they come. */
  readonly onOutput: (text: string) => void
}
/** A program that is being talked with. */
export interface InteractiveProgram {
  /** Whether the program has a terminal of its own, which echoes and edits what is typed. */
  readonly hasTerminal: boolean
  type(text: string): void
  /** What Ctrl-C does at a terminal: for a program that has none. */
  interrupt(): void
  /** The exit code, or the name of the signal that ended it. What it left running in its process group has been told to end. */
  readonly exit: Promise<number | string>
}
