import { execFile } from 'node:child_process'

export interface Finished {
  /** 0 when it ended well; -1 when a signal ended it. */
  readonly code: number
  readonly stdout: string
  readonly stderr: string
  /** There is no such program. */
  readonly isMissing: boolean
}

/** A listing of some thousand packages is far below. */
const OUTPUT_LIMIT = 64 << 20

/** Runs a program to its end, in English. Rejects only when `signal` is aborted, and then when the program has ended too. */
export function run(
  program: string,
  args: readonly string[],
  { folder, signal }: { readonly folder?: string; readonly signal: AbortSignal },
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    // `env` keeps the environment of this process as it is but for the language.
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
