import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** The exit code of shells for a missing program. */
export const NOT_FOUND = 127
/** Time to wait for child processes that still hold the output open after the program has ended. */
const DRAIN_MILLISECONDS = 300

/** Waits for a program to end and returns its exit code, or the name of the signal that ended it. `onExit` ends remaining processes. */
export async function waitForExit(
  child: ChildProcess,
  onOutput: (text: string) => void,
  onExit: () => void = () => {},
): Promise<number | string> {
  const closed = new Promise(settle => child.once('close', settle))
  return await new Promise(settle => {
    child.once('error', error => {
      onOutput(`${error.message}\n`)
      settle(NOT_FOUND)
    })
    child.once('exit', async (code, signal) => {
      await Promise.race([closed, sleep(DRAIN_MILLISECONDS)])
      onExit()
      settle(code ?? signal ?? NOT_FOUND)
    })
  })
}
