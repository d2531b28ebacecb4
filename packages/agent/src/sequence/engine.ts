import { copyFile, mkdir } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { RunEnvironment, StepProgram } from '@bootwright/api'
import {
  afterFailure,
  afterSkipped,
  type CompiledNode,
  type CompiledStep,
  evaluate,
  expand,
  expandAll,
  secretsIn,
} from '@bootwright/task-sequence/run'
import { createVariables, type Variables } from '../environment/variables.ts'
import { AgentError, messageOf, stackOf } from '../errors.ts'
import type { VolumeFiles } from '../medium/storage.ts'
import type { Identity } from '../system.ts'
import type { Target } from '../target.ts'
import { type Contents, contents as contentsOf, type MediaSet } from './content.ts'
import { type Restart, stepContext } from './context.ts'
import { factsOf } from './facts.ts'
import { progressLine } from './progress.ts'
import type { SequenceState } from './state.ts'
import { removeState, STATE_FOLDER, writeKey, writeState } from './store.ts'

/** A step that the power was cut in so often is not begun again: it may be what ends the computer. */
const INTERRUPTIONS_LIMIT = 5
/** ERROR_SUCCESS_REBOOT_REQUIRED. */
const RESTART_CODE = 3010
/** WAIT_TIMEOUT of Windows: what a step that took too long is reported as. */
const TIMEOUT_CODE = 258

export interface SequenceRun {
  readonly target: Target
  readonly state: SequenceState
  readonly key: Uint8Array
  readonly variables: Variables
  readonly steps: Readonly<Record<string, StepProgram>>
  /** File of the module with them. */
  readonly stepsFile: string
  readonly environment: RunEnvironment
  readonly identity: Identity
  /** Of the medium, where its contents may be; none in the installed system. */
  readonly volumes: () => Promise<readonly Pick<VolumeFiles, 'digest' | 'path'>[]>
  /** Of a medium that is one of several. */
  readonly set?: MediaSet | undefined
  /** Device of the medium. */
  readonly medium: string | undefined
  /** The volume with the state, when it is on one already. */
  readonly volume?: string | undefined
  /** Of the installed system: the folder with the state. */
  readonly folder?: string | undefined
}

export type SequenceEnd =
  | { readonly kind: 'succeeded' }
  | { readonly kind: 'failed'; readonly step: string; readonly exitCode: number; readonly message: string }
  | { readonly kind: 'restart'; readonly into: RunEnvironment; readonly volume: string | undefined }

type StepEnd =
  | { readonly kind: 'succeeded'; readonly exitCode: number; readonly restart: Restart | undefined }
  | { readonly kind: 'failed'; readonly exitCode: number; readonly message: string }

/** Runs a task sequence from where its state says until it ends, or the computer has to restart. */
export async function runSequence(run: SequenceRun): Promise<SequenceEnd> {
  const { target, variables, environment, identity } = run
  const { report, system } = target
  const { nodes, catalogue } = run.state.sequence
  const facts = factsOf(target, environment, identity, variables)
  const get = (name: string): string | undefined => variables.get(name)?.value
  const progress = progressLine(target.terminal, () => target.clock.now().getTime())
  let state = run.state
  let { volume } = run

  const isKept = (): boolean => run.folder !== undefined || volume !== undefined
  const folder = async (): Promise<string> => {
    if (run.folder !== undefined) return run.folder
    return volume === undefined ? join(target.paths.run, 'sequence') : join(await system.mount(volume), STATE_FOLDER)
  }
  const persist = async (): Promise<void> => {
    state = { ...state, variables: variables.list() }
    if (isKept()) await writeState(await folder(), state, run.key)
  }
  const keepStateOn = async (next: string): Promise<void> => {
    if (volume === next) return
    volume = next
    await persist()
    const at = await folder()
    variables.setAny('_SMSTSMDataPath', at)
    variables.setAny('_SMSTSLogPath', join(at, 'Logs'))
    await report.keepLogsIn(join(at, 'Logs'))
  }
  const release = async (disk: string): Promise<void> => {
    if (volume !== undefined && (await system.isOn(volume, disk))) {
      await report.keepLogsIn(dirname(target.paths.log))
      volume = undefined
    }
    await system.unmountDisk(disk)
  }
  const contents = contentsOf({
    items: state.contents,
    volumes: run.volumes,
    set: run.set,
    folder,
    onProgress: (done, total) => progress.report(done, total, 'bytes'),
  })
  const prepareInstalledSystem = async (root: string): Promise<void> => {
    const at = join(root, STATE_FOLDER)
    await stage(nodes.slice(state.next + 1), catalogue.applications, contents, report)
    const runtime = join(at, 'runtime')
    await mkdir(runtime, { recursive: true, mode: 0o700 })
    await system.installRuntime(root, runtime)
    await copyFile(run.stepsFile, join(runtime, 'steps.mjs'))
    await writeKey(at, run.key)
  }
  const total = nodes.filter(({ kind }) => kind === 'step').length
  const numberOf = (index: number): number => nodes.slice(0, index + 1).filter(({ kind }) => kind === 'step').length

  setStanding(run)
  while (state.next < nodes.length) {
    const index = state.next
    const node = nodes[index]!
    const about = { number: numberOf(index), total, name: node.name }
    const isWanted = !node.condition || (await evaluate(node.condition, facts, text => expand(text, get)))
    const runsHere = node.kind === 'group' || !node.runIn || node.runIn.includes(environment)
    if (!isWanted || !runsHere) {
      report.log('info', `skipped: ${node.name}`, { kind: node.kind })
      if (node.kind === 'step') report.state(`bootwright: step ${about.number}/${total} ${node.name} skipped`)
      state = { ...state, next: afterSkipped(nodes, index), interruptions: 0 }
      continue
    }
    if (node.kind === 'group') {
      report.log('info', `group: ${node.name}`)
      state = { ...state, next: index + 1 }
      continue
    }
    variables.setAny('_SMSTSCurrentActionName', node.name)
    state = { ...state, interruptions: state.interruptions + 1 }
    await persist()
    report.tell('info', 'stepStarts', about)
    report.state(`bootwright: step ${about.number}/${total} ${node.name} started`)
    const end: StepEnd =
      state.interruptions > INTERRUPTIONS_LIMIT
        ? { kind: 'failed', exitCode: 1, message: report.messages().stepInterrupted({ count: INTERRUPTIONS_LIMIT }) }
        : await runStep(node)
    progress.end()
    tellEnd(target, about, end)
    rememberEnd(variables, node, end)
    const asked = askedBy(variables, end, environment)
    const next =
      end.kind === 'succeeded' || node.continueOnError
        ? asked?.isRetry
          ? index
          : index + 1
        : afterFailure(nodes, index)
    if (next === undefined) {
      const { exitCode, message } = end as Extract<StepEnd, { kind: 'failed' }>
      await removeState(await folder())
      return { kind: 'failed', step: node.name, exitCode, message }
    }
    if (end.kind === 'failed') report.tell('warn', 'failureIgnored', about)
    // What a step did must not be lost by a power cut when the state says that it is done.
    await system.flush()
    state = { ...state, next, interruptions: 0, environment: asked?.into ?? environment }
    await persist()
    if (asked) {
      if (!isKept()) return cannotRestart(node)
      await pause(target, asked)
      return { kind: 'restart', into: asked.into, volume }
    }
  }
  await removeState(await folder())
  return { kind: 'succeeded' }

  async function runStep(node: CompiledStep): Promise<StepEnd> {
    for (let tries = 0; ; tries += 1) {
      const end = await runOnce(node)
      if (end.kind === 'succeeded' || tries >= node.retry.count) return end
      report.tell('warn', 'stepAgain', { error: end.message, seconds: node.retry.delay })
      await target.clock.sleep(node.retry.delay * 1000)
    }
  }

  async function runOnce(node: CompiledStep): Promise<StepEnd> {
    const program = run.steps[node.type]
    if (!program)
      return {
        kind: 'failed',
        exitCode: 1,
        message: new AgentError('STEP_UNKNOWN', `this medium has no program for steps of the type ${node.type}`)
          .message,
      }
    for (const secret of secretsIn(node.options)) target.masker.add(secret)
    let restart: Restart | undefined
    const timeLimit = new AbortController()
    const timer = node.timeout === undefined ? undefined : setTimeout(() => timeLimit.abort(), node.timeout * 1000)
    const context = stepContext({
      target,
      environment,
      identity,
      variables,
      catalogue,
      contents,
      signal: timeLimit.signal,
      progress,
      isAttended: environment === 'bootImage' && !state.descriptor.unattended,
      medium: run.medium,
      base: folder,
      keepStateOn,
      release,
      prepareInstalledSystem,
      onRestart(asked) {
        restart = asked
      },
    })
    try {
      const exitCode =
        (await orAborted(program.run(expandAll(node.options, get, node.verbatim), context), timeLimit.signal)) ?? 0
      if (node.successCodes.includes(exitCode))
        return {
          kind: 'succeeded',
          exitCode,
          restart: exitCode === RESTART_CODE ? (restart ?? { into: environment }) : restart,
        }
      return { kind: 'failed', exitCode, message: report.messages().stepExitCode({ exitCode }) }
    } catch (error) {
      if (timeLimit.signal.aborted)
        return {
          kind: 'failed',
          exitCode: TIMEOUT_CODE,
          message: report.messages().stepTookTooLong({ seconds: node.timeout! }),
        }
      report.log('error', `the step ${node.name} failed`, { stack: stackOf(error) })
      const { exitCode } = error as { readonly exitCode?: unknown }
      return { kind: 'failed', exitCode: typeof exitCode === 'number' ? exitCode : 1, message: messageOf(error) }
    } finally {
      clearTimeout(timer)
    }
  }
}

/** A step that does not look at its signal does not hold the sequence up. */
const orAborted = <T>(work: Promise<T>, signal: AbortSignal): Promise<T> => {
  work.catch(() => {})
  return Promise.race([
    work,
    new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => reject(signal.reason))
    }),
  ])
}

/** What a sequence knows from its start. */
function setStanding({ target, state, variables, environment, identity }: SequenceRun): void {
  const { firmware } = target
  const set: Readonly<Record<string, string>> = {
    _SMSTSPackageName: state.sequence.name,
    _SMSTSType: '2',
    _SMSTSInWinPE: String(environment === 'bootImage'),
    _SMSTSBootUEFI: String(firmware.kind === 'uefi'),
    _TSSecureBoot: firmware.kind === 'bios' ? 'NA' : firmware.isSecureBoot ? 'Enabled' : 'Disabled',
    _SMSTSMake: identity.make,
    _SMSTSModel: identity.model,
    _SMSTSSerialNumber: identity.serialNumber,
    _SMSTSAssetTag: identity.assetTag,
    _SMSTSUUID: identity.uuid,
    _SMSTSMacAddresses: identity.macAddresses.join(','),
    _SMSTSIPAddresses: identity.ipAddresses.join(','),
    _SMSTSMachineName: state.variables.find(({ name }) => name === 'OSDComputerName')?.value ?? '',
  }
  for (const [name, value] of Object.entries(set)) variables.setAny(name, value)
}

function tellEnd({ report }: Target, about: { number: number; total: number; name: string }, end: StepEnd): void {
  const line = `bootwright: step ${about.number}/${about.total} ${about.name}`
  if (end.kind === 'succeeded') {
    report.log('info', `succeeded: ${about.name}`, { exitCode: end.exitCode })
    report.state(`${line} succeeded`)
    return
  }
  report.tell('error', 'sequenceStepFailed', { ...about, error: end.message })
  report.state(`${line} failed ${end.exitCode}`)
}

function rememberEnd(variables: Variables, { name }: CompiledNode, end: StepEnd): void {
  variables.setAny('_SMSTSLastActionName', name)
  variables.setAny('_SMSTSLastActionRetCode', String(end.exitCode))
  variables.setAny('_SMSTSLastActionSucceeded', String(end.kind === 'succeeded'))
}

/** A restart that the step asked for, or a script by `SMSTSRebootRequested`. */
function askedBy(
  variables: Variables,
  end: StepEnd,
  environment: RunEnvironment,
): (Restart & { readonly isRetry: boolean }) | undefined {
  const requested = variables.get('SMSTSRebootRequested')?.value.toLowerCase()
  const isRetry = variables.get('SMSTSRetryRequested')?.value.toLowerCase() === 'true'
  if (requested !== undefined) {
    for (const name of ['SMSTSRebootRequested', 'SMSTSRetryRequested']) variables.set(name, '')
    const into = requested === 'winpe' ? 'bootImage' : requested === 'hd' ? 'installedSystem' : environment
    const message = variables.get('SMSTSRebootMessage')?.value
    const seconds = Number(variables.get('SMSTSRebootDelay')?.value ?? 0)
    return { into, message, seconds, isRetry }
  }
  return end.kind === 'succeeded' && end.restart ? { ...end.restart, isRetry: false } : undefined
}

async function pause({ report, clock }: Target, { message, seconds = 0 }: Restart): Promise<void> {
  if (message !== undefined) report.tell('info', 'stepSays', { text: message })
  if (seconds > 0) report.tell('info', 'restartsIn', { seconds })
  await clock.sleep(seconds * 1000)
}

const cannotRestart = ({ name }: CompiledNode): SequenceEnd => ({
  kind: 'failed',
  step: name,
  exitCode: 1,
  message:
    'the computer cannot restart here, because nothing keeps the state of the sequence: it has no volume yet; format and partition a disk before',
})

/** Copies to the disk what later steps need, because the medium may be gone by then. */
async function stage(
  nodes: readonly CompiledNode[],
  applications: SequenceState['sequence']['catalogue']['applications'],
  contents: Contents,
  report: Target['report'],
): Promise<void> {
  const waiting = nodes.flatMap(node => (node.kind === 'step' ? node.content : []))
  const done = new Set<string>()
  for (let next = waiting.shift(); next; next = waiting.shift()) {
    const { kind, name } = next
    if (kind === 'operatingSystemImage' || done.has(`${kind} ${name}`)) continue
    done.add(`${kind} ${name}`)
    report.tell('info', 'staging', { name })
    await (await contents.get(kind, name)).copy()
    if (kind === 'application')
      waiting.push(...(applications[name]?.dependencies ?? []).map(each => ({ kind, name: each })))
  }
}

/** The variables of a state, as a sequence goes on with them. */
export function variablesOf(state: SequenceState, onSecret: (value: string) => void): Variables {
  const entries = state.variables.map(({ name, value, isSecret }) => [name, { value, isSecret }] as const)
  return createVariables(Object.fromEntries(entries), onSecret)
}
