import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import type { SequenceEnd } from './engine.ts'

export interface Finished {
  readonly name: string
  readonly variables: Variables
  /** Where the logs are. */
  readonly logs: string
}

/** Tells how a sequence ended, and runs what is to run then. */
export async function finishSequence(
  { report, programs, commands }: Computer,
  end: Exclude<SequenceEnd, { readonly kind: 'restart' }>,
  { name, variables, logs }: Finished,
): Promise<void> {
  if (end.kind === 'succeeded') {
    report.tell('info', 'sequenceSucceeded', { name })
    report.state('bootwright: sequence succeeded')
  } else {
    const { step, exitCode, message } = end
    report.tell('error', 'sequenceFailed', { name, step, exitCode, error: message, logs })
    report.state(`bootwright: sequence failed ${exitCode}`)
  }
  const action = variables.get('SMSTSPostAction')?.value
  if (action === undefined) return
  report.log('info', 'post action', { action })
  const [command, ...args] = commands.line(action)
  await programs.run(command!, args)
}
