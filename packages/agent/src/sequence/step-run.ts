import type { RunEnvironment, StepProgram } from '@bootwright/api'
import { type CompiledStep, expandAll, RESTART_CODE, secretsIn } from '@bootwright/task-sequence/run'
import { messageOf, stackOf } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'
import { type ContextOptions, type Restart, stepContext } from './context.ts'

/** WAIT_TIMEOUT of Windows: what a step that took too long is reported as. */
const TIMEOUT_CODE = 258

export type StepResult =
  | { readonly kind: 'succeeded'; readonly exitCode: number; readonly restart: Restart | undefined }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly message: string }

/** What all steps of a run have in common. */
export interface StepRun extends Omit<ContextOptions, 'signal' | 'onRestart'> {
  readonly computer: Computer
  readonly environment: RunEnvironment
  readonly steps: Readonly<Record<string, StepProgram>>
}

/** Runs a step, as often as it may be tried. */
export async function runStep(run: StepRun, node: CompiledStep): Promise<StepResult> {
  const { report, clock } = run.computer
  for (let tries = 0; ; tries += 1) {
    const end = await runOnce(run, node)
    if (end.kind === 'succeeded' || tries >= node.retry.count) return end
    report.print('warn', 'stepRetry', { error: end.message, seconds: node.retry.delay })
    await clock.sleep(node.retry.delay * 1000)
  }
}

async function runOnce(run: StepRun, node: CompiledStep): Promise<StepResult> {
  const { computer, environment, variables, steps } = run
  const { report, masker } = computer
  const program = steps[node.type]
  if (!program) return failed(1, `this medium has no program for steps of the type ${node.type}`)
  for (const secret of secretsIn(node.options)) masker.add(secret)
  let restart: Restart | undefined
  const timeLimit = new AbortController()
  const timer = node.timeout === undefined ? undefined : setTimeout(() => timeLimit.abort(), node.timeout * 1000)
  const context = stepContext({
    ...run,
    signal: timeLimit.signal,
    onRestart(asked) {
      restart = asked
    },
  })
  const options = expandAll(node.options, name => variables.get(name)?.value, node.verbatim)
  try {
    const exitCode = (await raceAbort(program.run(options, context), timeLimit.signal)) ?? 0
    if (!node.successCodes.includes(exitCode)) return failed(exitCode, report.messages().stepExitCode({ exitCode }))
    const asked = exitCode === RESTART_CODE ? (restart ?? { into: environment }) : restart
    return { kind: 'succeeded', exitCode, restart: asked }
  } catch (error) {
    if (timeLimit.signal.aborted)
      return failed(TIMEOUT_CODE, report.messages().stepTimedOut({ seconds: node.timeout! }))
    report.log('error', `the step ${node.name} failed`, { stack: stackOf(error) })
    const { exitCode } = error as { readonly exitCode?: unknown }
    return failed(typeof exitCode === 'number' ? exitCode : 1, messageOf(error))
  } finally {
    clearTimeout(timer)
  }
}

export const failed = (exitCode: number, message: string): StepResult => ({ kind: 'failed', exitCode, message })

/** A step that does not look at its signal does not hold the sequence up. */
const raceAbort = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  work.catch(() => {})
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    }),
  ])
}
