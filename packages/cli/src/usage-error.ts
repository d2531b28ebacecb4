/** The command line or its surroundings are wrong; nothing was begun. */
export class UsageError extends Error {
  readonly code = 'USAGE'
}
