import type { ChildProcess } from 'node:child_process'
import { StringDecoder } from 'node:string_decoder'
import type { RunOptions } from './programs.ts'
import { waitForExit } from './wait-for-exit.ts'

/** Characters of output that are returned: the last ones. */
const OUTPUT_LIMIT = 1 << 20
/** Time for a program to end before it is killed. */
const STOP_MILLISECONDS = 5000
/** The exit code for a program that a signal ended; shells count from here. */
const KILLED = 128

/** Runs a started program to its end. `stop` ends it and its child processes; by force on the second call. */
export async function runToExit(
  child: ChildProcess,
  { input, onOutput = () => {}, signal }: Pick<RunOptions, 'input' | 'onOutput' | 'signal'>,
  stop: (isForced: boolean) => void,
): Promise<{ readonly exitCode: number; readonly output: string }> {
  let output = ''
  const append = (text: string): void => {
    output = (output + text).slice(-OUTPUT_LIMIT)
    onOutput(text)
  }
  for (const stream of [child.stdout, child.stderr]) {
    const decoder = new StringDecoder('utf8')
    stream?.on('data', data => append(decoder.write(data)))
  }
  // The program may end before it has read all input.
  child.stdin?.on('error', () => {})
  child.stdin?.end(input)
  let killer: NodeJS.Timeout | undefined
  const end = (): void => {
    stop(false)
    killer = setTimeout(() => stop(true), STOP_MILLISECONDS)
  }
  signal?.addEventListener('abort', end)
  if (signal?.aborted) end()
  const code = await waitForExit(child, append)
  clearTimeout(killer)
  signal?.removeEventListener('abort', end)
  return { exitCode: typeof code === 'number' ? code : KILLED, output }
}
