import type { RunOptions as StepRunOptions } from '@bootwright/api'

/** Options that steps have, with cancellation. */
export interface RunOptions extends StepRunOptions {
  /** Ends the program and its child processes. */
  readonly signal?: AbortSignal | undefined
}

/** Runs programs of the boot image. */
export interface Programs {
  /** Runs a program to its end. Never throws: a missing program has exit code 127. */
  run(
    command: string,
    args: readonly string[],
    options?: RunOptions,
  ): Promise<{ readonly exitCode: number; readonly output: string }>
  /**
   * Starts a command with the system's shell, for people to use. Throws the error of the system, such as `E2BIG` for too many variables.
   */
  start(options: StartOptions): InteractiveProgram
}
export interface StartOptions {
  readonly command: string
  readonly folder: string
  readonly environment: Readonly<Record<string, string>>
  /** Standard output and errors, as they arrive. */
  readonly onOutput: (text: string) => void
}
/** A running program that people use. */
export interface InteractiveProgram {
  /** Whether the program has its own terminal, which echoes and edits input. */
  readonly hasTerminal: boolean
  type(text: string): void
  /** The effect of Ctrl-C, for a program without its own terminal. */
  interrupt(): void
  /** The exit code, or the name of the signal that ended it. Remaining processes of its group have been sent a signal to end. */
  readonly exit: Promise<number | string>
}
