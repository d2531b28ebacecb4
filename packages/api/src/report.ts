/** Messages about the build. They carry the plugin's name; secrets are masked. */
export interface Log {
  debug(message: string): void
  info(message: string): void
  /** Something that the user should change although the build goes on. */
  warn(message: string): void
}

/** Work whose extent is known. */
export interface Progress {
  /** Starts a task, shown until `end`. `total` is in `unit`s; without it only the count is shown. */
  start(task: string, total?: number, unit?: 'bytes' | 'items'): ProgressTask
}
export interface ProgressTask {
  /** `done` counts from the start of the task. */
  report(done: number): void
  /** The work is done. A task that fails is not ended. */
  end(): void
}
