/** A screen with a keyboard, or a serial line. */
export interface Console {
  /** `/dev/ttyS0`. */
  readonly name: string
  /** Queues text with `\n` line ends; output is in order. */
  write(text: string): void
  /** Called once for each console, before any other call. */
  listen(events: ConsoleEvents): void
  /** Settles when all text is written, or cannot be. */
  flush(): Promise<void>
  close(): void
}
export interface ConsoleEvents {
  /** Keys as they are pressed, without echo or editing. */
  input(text: string): void
  /** The console has failed and is unusable. */
  lost(error: Error): void
}
