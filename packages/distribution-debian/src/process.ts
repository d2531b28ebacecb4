import { execFile } from 'node:child_process'

export interface Finished {
  /** Exit code; -1 when a signal ended the program. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** The program does not exist. */
  readonly isMissing: boolean
}

/** A listing of several thousand packages is far smaller. */
const OUTPUT_LIMIT = 64 << 20

/** Runs a program to its end, in the C locale. Rejects only when `signal` is aborted, and then after the program has ended. */
export function run(
  program: string,
  args: readonly string[],
  { folder, signal }: { readonly folder?: string; readonly signal: AbortSignal },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    // `env` passes the environment of this process on, except for the language.
    const command = ['LC_ALL=C.UTF-8', program, ...args]
    const options = { cwd: folder, signal, maxBuffer: OUTPUT_LIMIT }
    const child = execFile('env', command, options, (error, stdout, stderr) => {
      if (signal.aborted) {
        const isRunning = child.pid !== undefined && child.exitCode === null && child.signalCode === null
        return isRunning ? child.once('exit', () => reject(signal.reason)) : reject(signal.reason)
      }
      const code = error ? (typeof error.code === 'number' ? error.code : -1) : 0
      resolve({
        code,
        stdout,
        stderr: error && !stderr ? error.message : stderr,
        isMissing: code === ENV_NOT_FOUND || error?.code === 'ENOENT',
      })
    })
  })
}

/** POSIX: env, "EXIT STATUS". */
const ENV_NOT_FOUND = 127
