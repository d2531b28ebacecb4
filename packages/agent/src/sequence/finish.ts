import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import type { SequenceResult } from './engine.ts'

export interface FinishedSequence {
  readonly name: string
  readonly variables: Variables
  /** Folder of the logs. */
  readonly logs: string
}

/** Prints the result of a sequence and runs `SMSTSPostAction`. */
export async function finishSequence(
  { report, programs, commands }: Computer,
  end: Exclude<SequenceResult, { readonly kind: 'restart' }>,
  { name, variables, logs }: FinishedSequence,
): Promise<void> {
  if (end.kind === 'succeeded') {
    report.print('info', 'sequenceSucceeded', { name })
    report.printStatus('bootwright: sequence succeeded')
  } else {
    const { step, exitCode, message } = end
    report.print('error', 'sequenceFailed', { name, step, exitCode, error: message, logs })
    report.printStatus(`bootwright: sequence failed ${exitCode}`)
  }
  const action = variables.get('SMSTSPostAction')?.value
  if (action === undefined) return
  report.log('info', 'post action', { action })
  const [command, ...args] = commands.line(action)
  await programs.run(command!, args)
}
