/** Messages about the build, under the plugin's name. Secrets are masked. */
export interface Log {
  debug(message: string): void
  info(message: string): void
  /** Something that the user should change, although the build continues. */
  warn(message: string): void
}

/** Reports progress of long work. */
export interface Progress {
  /** Starts a task, shown until `end`. `total` is in `unit`s; without it, only the count is shown. */
  start(task: string, total?: number, unit?: 'bytes' | 'items'): ProgressTask
}
export interface ProgressTask {
  /** `done` counts from the start of the task. */
  report(done: number): void
  /** Marks the task as done. Do not call it for a task that fails. */
  end(): void
}
