/** The command line or its surroundings are wrong; nothing was begun. */
export class UsageError extends Error {
  readonly code = 'USAGE'
}

/** For reading a file that somebody named. */
export const unreadable =
  (path: string) =>
  (error: NodeJS.ErrnoException): never => {
    throw new UsageError(`${path} cannot be read: ${error.code ?? error.message}`)
  }
