import type { Readable, Writable } from 'node:stream'

/** Everything that the command takes from its surroundings. */
export interface Io {
  /** Without the program's own name. */
  readonly argv: readonly string[]
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
  readonly stdin: Readable & { readonly isTTY?: boolean }
  readonly stdout: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly stderr: Writable & { readonly isTTY?: boolean; readonly columns?: number }
  readonly now: () => Date
  readonly signal: AbortSignal
}
