import type { ProgramResult, RunOptions, StepContext } from '@bootwright/api'

/** Runs a program that has to succeed. Throws what it said. */
export async function runOrThrow(
  context: Pick<StepContext, 'run'>,
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<string> {
  const result = await context.run(command, args, options)
  if (result.exitCode === 0) return result.output
  throw failed(command, result)
}

/** Lines of a program's output that an error shows. */
const SHOWN_LINES = 8

/** What a program that failed is reported as. */
export function failed(command: string, { exitCode, output }: ProgramResult): Error {
  const said = output
    .trim()
    .split(/[\r\n]+/)
    .slice(-SHOWN_LINES)
    .join('\n')
  return Object.assign(new Error(`${command} ended with exit code ${exitCode}${said && `: ${said}`}`), { exitCode })
}

/** ERROR_DISK_FULL of Windows, which logs of deployments know. */
export const DISK_FULL = 112

/** Shows the last percentage that a program prints; the first group of `pattern` has it. */
export const percentShown =
  ({ log }: Pick<StepContext, 'log'>, pattern: RegExp) =>
  (text: string): void => {
    const percent = [...text.matchAll(pattern)].at(-1)?.[1]
    if (percent !== undefined) log.progress(Number(percent), 100, 'percent')
  }
