import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StepProgram } from '@bootwright/api'
import type { Computer } from '../ui/computer.ts'
import type { SequenceState } from './state.ts'

/** A sequence goes on where it was; `folder` has its state, and its logs. */
export async function reportResumed(
  { report }: Computer,
  { sequence, next }: SequenceState,
  folder: string,
): Promise<void> {
  await report.moveLogsTo(join(folder, 'Logs'))
  report.print('info', 'sequenceResumed', { name: sequence.name, step: sequence.nodes[next]?.name ?? '' })
  report.printStatus('bootwright: sequence resumed')
}

/** The programs of its steps, from the module that they are in. */
export async function importSteps(file: string): Promise<Readonly<Record<string, StepProgram>>> {
  const module: { readonly default: Readonly<Record<string, StepProgram>> } = await import(pathToFileURL(file).href)
  return module.default
}
