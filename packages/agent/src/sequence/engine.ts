import { copyFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { RunEnvironment, StepProgram } from '@bootwright/api'
import {
  afterFailure,
  afterSkipped,
  type CompiledNode,
  type CompiledStep,
  evaluate,
  expand,
} from '@bootwright/task-sequence/run'
import { messageOf } from '../computer/errors.ts'
import type { VolumeFiles } from '../computer/storage.ts'
import type { Identity } from '../computer/system.ts'
import { type ContentOptions, contents as contentsOf } from '../content/contents.ts'
import type { MediaSet } from '../content/media-set.ts'
import { createVariables, type Variables } from '../environment/variables.ts'
import { connectToSite } from '../site/site-connection.ts'
import type { Computer } from '../ui/computer.ts'
import { combineProgress, progressLine } from '../ui/progress.ts'
import { requestedRestart, setBuiltInVariables, setLastAction } from './built-in-variables.ts'
import { conditionFacts } from './condition-facts.ts'
import type { Restart } from './context.ts'
import { CANCELLED, createDebugger } from './debugger.ts'
import { localState } from './local-state.ts'
import { prefetch } from './prefetch.ts'
import type { SequenceState } from './state.ts'
import { failed, runStep, type StepResult, type StepRun } from './step-run.ts'
import { STATE_FOLDER, writeKey } from './store.ts'

/** A step that was interrupted more often is not run again: it may be the cause. */
const INTERRUPTIONS_LIMIT = 5

/** How long to try to report a restart, or the end, to a site that cannot be reached. Milliseconds. */
const RESTART_PATIENCE = 5000
const END_PATIENCE = 60_000

export interface SequenceRun {
  readonly computer: Computer
  readonly state: SequenceState
  readonly key: Uint8Array
  readonly variables: Variables
  readonly steps: Readonly<Record<string, StepProgram>>
  /** File of the module that contains the programs. */
  readonly stepsFile: string
  readonly environment: RunEnvironment
  readonly identity: Identity
  /** Volumes searched for contents, in order; none in the installed system. */
  readonly volumes: () => Promise<readonly Pick<VolumeFiles, 'digest' | 'path'>[]>
  /** Present when the medium is one of several. */
  readonly set?: MediaSet | undefined
  /** Path of an earlier file of a content of a site. */
  readonly older?: ContentOptions['older']
  /** Whether the debugger is allowed. */
  readonly isDebuggable?: boolean | undefined
  /** Key of encrypted contents. */
  readonly contentKey?: Uint8Array | undefined
  /** Device of the medium. */
  readonly medium: string | undefined
  /** The volume that contains the state, if there is one. */
  readonly volume?: string | undefined
  /** The folder of the state, in the installed system. */
  readonly folder?: string | undefined
}

export type SequenceResult =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly step: string; readonly exitCode: number; readonly message: string }
  | { readonly kind: 'restart'; readonly into: RunEnvironment; readonly volume: string | undefined }

/** Runs a task sequence from the position in its state until it ends or the computer must restart. */
export async function runSequence(run: SequenceRun): Promise<SequenceResult> {
  const { computer, variables, environment, identity, key, steps, medium } = run
  const { report, system } = computer
  const { nodes, catalogue } = run.state.sequence
  const facts = conditionFacts(computer, environment, identity, variables)
  const local = localState({ computer, state: run.state, key, variables, volume: run.volume, fixed: run.folder })
  using site = run.state.site && connectToSite(computer, run.state.site, local)
  const line = progressLine(computer.terminal, () => computer.clock.now().getTime())
  const progress = site ? combineProgress(line, site.progress) : line
  const contents = contentsOf({
    items: run.state.contents,
    volumes: run.volumes,
    remote: site?.contents,
    older: run.older,
    set: run.set,
    key: run.contentKey,
    present: system.present,
    onError: error => report.log('error', 'a content cannot be read', { error: messageOf(error) }),
    folder: local.folder,
    onProgress: (done, total) => progress.report(done, total, 'bytes'),
  })
  const stepRun: StepRun = {
    computer,
    environment,
    identity,
    variables,
    catalogue,
    contents,
    progress,
    isAttended: environment === 'bootImage' && !run.state.descriptor.unattended,
    medium,
    steps,
    base: local.folder,
    keepStateOn: local.moveTo,
    release: local.release,
    async prepareInstalledSystem(root) {
      const at = join(root, STATE_FOLDER)
      await prefetch(nodes.slice(local.current.next + 1), contents, report)
      const runtime = join(at, 'runtime')
      await mkdir(runtime, { recursive: true, mode: 0o700 })
      await system.installRuntime(root, runtime)
      await copyFile(run.stepsFile, join(runtime, 'steps.mjs'))
      await writeKey(at, key)
    },
  }
  const total = nodes.filter(({ kind }) => kind === 'step').length
  const numberOf = (index: number): number => nodes.slice(0, index + 1).filter(({ kind }) => kind === 'step').length

  const inspector = run.isDebuggable ? createDebugger({ computer, nodes, variables }) : undefined

  setBuiltInVariables(run)
  if (run.state.site?.number === 0) site?.status.add({ event: 'sequenceStarted' })
  while (local.current.next < nodes.length) {
    const index = local.current.next
    const node = nodes[index]!
    const about = { number: numberOf(index), total, name: node.name }
    if (!(await shouldRun(node))) {
      report.log('info', `skipped: ${node.name}`, { kind: node.kind })
      if (node.kind === 'step') {
        report.printStatus(`bootwright: step ${about.number}/${total} ${node.name} skipped`)
        site?.status.add({ event: 'stepSkipped', step: about })
      }
      local.change({ next: afterSkipped(nodes, index), interruptions: 0 })
      continue
    }
    if (node.kind === 'group') {
      report.log('info', `group: ${node.name}`)
      local.change({ next: index + 1 })
      continue
    }
    let command = await inspector?.before(index)
    const end = command === undefined || command.kind === 'run' ? await runNode(node, about) : undefined
    if (end?.kind === 'failed') command = await inspector?.afterFailure(index)
    if (command?.kind === 'quit') {
      await local.remove()
      return { kind: 'failed', step: node.name, exitCode: CANCELLED, message: report.messages().sequenceCancelled() }
    }
    if (!end || command?.kind === 'goTo') {
      local.change({ next: command?.kind === 'goTo' ? command.index : index, interruptions: 0 })
      continue
    }
    const restart = requestedRestart(variables, end, environment)
    const continues = end.kind === 'succeeded' || node.continueOnError
    const next = continues ? index + (restart?.isRetry ? 0 : 1) : afterFailure(nodes, index)
    if (next === undefined) {
      const failure = end as Extract<StepResult, { kind: 'failed' }>
      await reportEndToSite({
        event: 'sequenceFailed',
        step: about,
        exitCode: failure.exitCode,
        message: failure.message,
      })
      await local.remove()
      return { ...failure, step: node.name }
    }
    if (end.kind === 'failed') report.print('warn', 'continuingOnError', about)
    await contents.tidy()
    // The changes of a step must be on the disk before the state marks it as done.
    await system.flush()
    local.change({ next, interruptions: 0, environment: restart?.into ?? environment })
    await local.persist()
    if (!restart) continue
    if (!local.isPersistent()) return cannotRestart(node)
    site?.status.add({ event: 'restart', step: about })
    await site?.status.flush(RESTART_PATIENCE)
    await local.persist()
    await pause(computer, restart)
    return { kind: 'restart', into: restart.into, volume: local.volume }
  }
  await reportEndToSite({ event: 'sequenceSucceeded' })
  await local.remove()
  return { kind: 'succeeded' }

  async function reportEndToSite(event: Parameters<NonNullable<typeof site>['status']['add']>[0]): Promise<void> {
    site?.status.add(event)
    await Promise.all([site?.status.flush(END_PATIENCE), site?.progress.flush()])
  }

  async function shouldRun(node: CompiledNode): Promise<boolean> {
    if (node.kind === 'step' && node.runIn && !node.runIn.includes(environment)) return false
    const get = (name: string): string | undefined => variables.get(name)?.value
    return !node.condition || (await evaluate(node.condition, facts, text => expand(text, get)))
  }

  async function runNode(node: CompiledStep, about: StepPosition): Promise<StepResult> {
    variables.setUnchecked('_SMSTSCurrentActionName', node.name)
    const interruptions = local.current.interruptions + 1
    local.change({ interruptions })
    await local.persist()
    report.print('info', 'stepStarted', about)
    report.printStatus(`bootwright: step ${about.number}/${total} ${node.name} started`)
    site?.status.add({ event: 'stepStarted', step: about })
    const end =
      interruptions > INTERRUPTIONS_LIMIT
        ? failed(1, report.messages().stepInterrupted({ count: INTERRUPTIONS_LIMIT }))
        : await runStep(stepRun, node)
    progress.end()
    printStepResult(computer, about, end)
    const { exitCode } = end
    if (end.kind === 'succeeded') site?.status.add({ event: 'stepSucceeded', step: about, exitCode })
    else site?.status.add({ event: 'stepFailed', step: about, exitCode, message: end.message })
    setLastAction(variables, node, end)
    return end
  }
}

interface StepPosition {
  readonly number: number
  readonly total: number
  readonly name: string
}

function printStepResult({ report }: Computer, about: StepPosition, end: StepResult): void {
  const line = `bootwright: step ${about.number}/${about.total} ${about.name}`
  if (end.kind === 'succeeded') {
    report.log('info', `succeeded: ${about.name}`, { exitCode: end.exitCode })
    report.printStatus(`${line} succeeded`)
    return
  }
  report.print('error', 'sequenceStepFailed', { ...about, error: end.message })
  report.printStatus(`${line} failed ${end.exitCode}`)
}

async function pause({ report, clock }: Computer, { message, seconds = 0 }: Restart): Promise<void> {
  if (message !== undefined) report.print('info', 'stepMessage', { text: message })
  if (seconds > 0) report.print('info', 'restartCountdown', { seconds })
  await clock.sleep(seconds * 1000)
}

const cannotRestart = ({ name }: CompiledNode): SequenceResult => ({
  kind: 'failed',
  step: name,
  exitCode: 1,
  message:
    'the computer cannot restart here: no volume contains the state of the sequence. Add formatAndPartitionDisk before this step',
})

/** The variables of a saved state. */
export function variablesOf(state: SequenceState, onSecret: (value: string) => void): Variables {
  const entries = state.variables.map(({ name, value, isSecret }) => [name, { value, isSecret }] as const)
  return createVariables(Object.fromEntries(entries), onSecret)
}
