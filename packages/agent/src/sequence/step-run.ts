import type { RunEnvironment, StepProgram } from '@bootwright/api'
import { type CompiledStep, expandAll, RESTART_CODE, secretsIn } from '@bootwright/task-sequence/run'
import { messageOf, stackOf } from '../computer/errors.ts'
import type { Computer } from '../ui/computer.ts'
import { type ContextOptions, type Restart, stepContext } from './context.ts'

/** WAIT_TIMEOUT of Windows: exit code of a step that exceeded its time limit. */
const TIMEOUT_CODE = 258

export type StepResult =
  | { readonly kind: 'succeeded'; readonly exitCode: number; readonly restart: Restart | undefined }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly message: string }

/** The context that all steps of a run share. */
export interface StepRun extends Omit<ContextOptions, 'signal' | 'onRestart'> {
  readonly computer: Computer
  readonly environment: RunEnvironment
  readonly steps: Readonly<Record<string, StepProgram>>
}

/** Runs a step, with its retries. */
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
  if (!program)
    return failed(1, `this medium contains no program for steps of type ${node.type}; build the medium again`)
  for (const secret of secretsIn(node.options)) masker.add(secret)
  let restart: Restart | undefined
  const timeLimit = new AbortController()
  const timer = node.timeout === undefined ? undefined : setTimeout(() => timeLimit.abort(), node.timeout * 1000)
  const context = stepContext({
    ...run,
    signal: timeLimit.signal,
    onRestart(requested) {
      restart = requested
    },
  })
  const options = expandAll(node.options, name => variables.get(name)?.value, node.verbatim)
  try {
    const exitCode = (await raceAbort(program.run(options, context), timeLimit.signal)) ?? 0
    if (!node.successCodes.includes(exitCode)) return failed(exitCode, report.messages().stepExitCode({ exitCode }))
    const requested = exitCode === RESTART_CODE ? (restart ?? { into: environment }) : restart
    return { kind: 'succeeded', exitCode, restart: requested }
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

/** Rejects on abort, so that a step that ignores its signal does not block the sequence. */
const raceAbort = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  work.catch(() => {})
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    }),
  ])
}
