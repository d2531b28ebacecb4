import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { messageOf, stackOf } from '../computer/errors.ts'
import { serveEnvironment } from '../environment/server.ts'
import type { Computer } from '../ui/computer.ts'
import { runSequence, type SequenceResult, variablesOf } from './engine.ts'
import { finishSequence } from './finish.ts'
import { importSteps, reportResumed } from './resume.ts'
import { readKey, readState } from './store.ts'

/** Resumes a sequence in the system that it deployed. `folder` contains the state. Returns whether the computer must restart. */
export async function resumeInInstalledSystem(computer: Computer, folder: string): Promise<boolean> {
  const { report, system, paths } = computer
  const runtime = join(folder, 'runtime')
  let end: SequenceResult
  try {
    const key = await readKey(folder)
    const state = await readState(folder, key)
    report.setLanguage(state.descriptor.language)
    const variables = variablesOf(state, computer.masker.add)
    await using _server = await serveEnvironment(paths.environmentSocket, variables)
    await reportResumed(computer, state, folder)
    const stepsFile = join(runtime, 'steps.mjs')
    end = await runSequence({
      computer,
      state,
      key,
      variables,
      steps: await importSteps(stepsFile),
      stepsFile,
      environment: 'installedSystem',
      identity: await system.identity(),
      volumes: async () => [],
      medium: undefined,
      folder,
    })
    if (end.kind === 'restart') {
      await system.startNext(end.into, undefined)
      return true
    }
    await finishSequence(computer, end, { name: state.sequence.name, variables, logs: paths.finalLogs })
  } catch (error) {
    report.log('error', 'the sequence cannot resume', { stack: stackOf(error) })
    report.print('error', 'operationFailed', { error: messageOf(error) })
    report.printStatus('bootwright: sequence failed 1')
  }
  await report.moveLogsTo(paths.finalLogs)
  await system.removeRuntime(runtime)
  // Windows does not delete running programs: start.cmd deletes the rest.
  await rm(folder, { recursive: true, force: true }).catch(() => {})
  return false
}
