import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StepProgram } from '@bootwright/api'
import type { Computer } from '../ui/computer.ts'
import type { SequenceState } from './state.ts'

/** Reports that a sequence resumes, and moves the logs to `folder`, which contains its state. */
export async function reportResumed(
  { report }: Computer,
  { sequence, next }: SequenceState,
  folder: string,
): Promise<void> {
  await report.moveLogsTo(join(folder, 'Logs'))
  report.print('info', 'sequenceResumed', { name: sequence.name, step: sequence.nodes[next]?.name ?? '' })
  report.printStatus('bootwright: sequence resumed')
}

/** Imports the programs of the steps. */
export async function importSteps(file: string): Promise<Readonly<Record<string, StepProgram>>> {
  const module: { readonly default: Readonly<Record<string, StepProgram>> } = await import(pathToFileURL(file).href)
  return module.default
}
