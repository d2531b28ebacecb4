export interface Clock {
  now(): Date
  /** Milliseconds. */
  sleep(duration: number): Promise<void>
}
