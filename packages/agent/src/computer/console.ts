/** A screen with keyboard, or a serial line. */
export interface Console {
  /** `/dev/ttyS0`. */
  readonly name: string
  /** Text with `\n` line ends; in order, without waiting. */
  write(text: string): void
  /** Called once each, before anything happens. */
  listen(events: ConsoleEvents): void
  /** Settles when everything was written, or cannot be. */
  flush(): Promise<void>
  close(): void
}
export interface ConsoleEvents {
  /** Keys as they are pressed: nothing is echoed or edited. */
  input(text: string): void
  /** It cannot be used any more. */
  lost(error: Error): void
}
