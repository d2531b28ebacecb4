import type { ChildProcess } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'

/** Exit code of a program that is not there, as shells have it. */
export const NOT_FOUND = 127
/** A program that ended may have left others that keep its output open: they are not waited for longer than this. */
const DRAIN_MILLISECONDS = 300

/** How a program ends: its exit code, or the name of the signal that ended it. `afterwards` sees to what it left running. */
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
