import { contentBlobPath, type Descriptor } from '@bootwright/medium-format'
import { AgentError, messageOf, stackOf } from './computer/errors.ts'
import type { NetworkSettings } from './computer/network/settings.ts'
import { locateFirst } from './content/locate.ts'
import { verifyContent } from './content/verify.ts'
import { ERROR_SECONDS, errorSeconds } from './environment/error-timeout.ts'
import { networkSettings } from './environment/network-settings.ts'
import { serveEnvironment, showVariable } from './environment/server.ts'
import { createVariables, type Variables } from './environment/variables.ts'
import { type FoundMedium, findMedium } from './medium/find.ts'
import { runPrestart } from './medium/prestart.ts'
import { unlock } from './medium/unlock.ts'
import { requireWithinValidity } from './medium/validity.ts'
import { type SequenceResult, variablesOf } from './sequence/engine.ts'
import { finishSequence } from './sequence/finish.ts'
import {
  discardInterrupted,
  findInterrupted,
  type InterruptedSequence,
  type MediumSequence,
  readInterruptedState,
  runFromMedium,
} from './sequence/from-medium.ts'
import { deploymentFromSite } from './site/deployment.ts'
import { managementPoints } from './site/management-points.ts'
import type { Computer, Outcome } from './ui/computer.ts'
import { type Choice, choose } from './ui/menu.ts'
import { promptForNetwork } from './ui/network-dialog.ts'
import { runInteractive } from './ui/run-interactive.ts'

/** Runs the medium from start to end: find, introduce, unlock, prestart, then deploy. */
export async function runAgent(computer: Computer): Promise<Outcome> {
  const medium = await retryUntilDone(computer, {}, () => findMedium({ ...computer, id: computer.mediumId }))
  if (isOutcome(medium)) return medium
  const { descriptor } = medium
  await introduce(computer, medium)

  const validity = await retryUntilDone(computer, descriptor, async () => {
    requireWithinValidity(descriptor, computer.clock.now())
    return true
  })
  if (isOutcome(validity)) return validity
  const interrupted = await resumeOrStartOver(computer, await findInterrupted(computer, medium))
  if (interrupted?.environment === 'installedSystem') return await startInstalledSystem(computer, interrupted)

  const unlocked = await retryUntilDone(computer, descriptor, () => unlock(computer, medium))
  if (isOutcome(unlocked)) return unlocked
  const { environment, key } = unlocked
  const contentKey = environment.contentKey === undefined ? undefined : Buffer.from(environment.contentKey, 'base64')
  const state = await readInterruptedState(computer, { interrupted, key })
  const variables = state
    ? variablesOf(state, computer.masker.add)
    : createVariables(environment.variables, computer.masker.add)
  await using _server = await serveEnvironment(computer.paths.environmentSocket, variables)

  if (environment.prestart && !state) {
    const { command } = environment.prestart
    const seconds = (): number => errorSeconds(computer.report, variables)
    const hasSucceeded = await retryUntilDone(computer, { ...descriptor, seconds }, () =>
      runPrestart(computer, medium.files, { command, contentKey }, variables),
    )
    if (isOutcome(hasSucceeded)) return hasSucceeded
  }
  const initialNetwork = await retryUntilDone(
    computer,
    descriptor,
    async () => state?.site?.network ?? networkSettings(variables),
  )
  if (isOutcome(initialNetwork)) return initialNetwork
  useNetwork(computer, initialNetwork)
  const mediumSequence = { medium, key, contentKey, variables, interrupted }
  const sequence = state?.sequence ?? environment.taskSequence
  if (sequence !== undefined)
    return await deploy(
      computer,
      { ...mediumSequence, sequence },
      state && interrupted && { state, volume: interrupted.volume },
    )
  await printContentStates(computer, medium)
  const urls = managementPoints(environment, variables)
  printSummary(computer, urls, environment.management, variables)
  // Management points serve only media with a certificate.
  if (environment.certificate === undefined || urls.length === 0) return await finish(computer, descriptor)
  const seconds = (): number => errorSeconds(computer.report, variables)
  const { unattended } = descriptor
  let network = initialNetwork
  const repair = async (): Promise<void> => {
    network = await promptForNetwork(computer)
    useNetwork(computer, network)
  }
  // A prestaged medium stores contents. They are verified when they are used.
  const isStored = async (sha256: string): Promise<boolean> =>
    (await locateFirst([medium.volume], contentBlobPath(sha256))) !== undefined
  const deployment = await retryUntilDone(computer, { ...descriptor, seconds, repair }, () =>
    deploymentFromSite(computer, { urls, environment, variables, unattended, isStored, network }),
  )
  if (isOutcome(deployment)) return deployment
  return await deploy(computer, { ...mediumSequence, sequence: deployment.published.sequence, deployment }, undefined)
}

/** Applies the settings. A password in the proxy URL becomes a secret. */
function useNetwork({ masker, report, system }: Computer, { adapters, proxy }: NetworkSettings): void {
  const { host, password }: Partial<URL> = proxy === undefined ? {} : new URL(proxy)
  if (password) for (const each of [password, decodeURIComponent(password)]) masker.add(each)
  report.log('info', 'network settings', { adapters, proxy: host })
  system.useNetwork({ adapters, proxy })
}

/** Resumes the interrupted sequence after a countdown, unless the operator chooses to start over. */
async function resumeOrStartOver(
  computer: Computer,
  interrupted: InterruptedSequence | undefined,
): Promise<InterruptedSequence | undefined> {
  if (!interrupted) return undefined
  const { terminal, report } = computer
  const timeout = { choice: 'resume' as const, seconds: RESUME_SECONDS }
  const choice = await choose({ terminal, messages: report.messages, choices: ['resume', 'startOver'], timeout })
  report.log('info', 'an interrupted sequence was found', { ...interrupted, choice })
  if (choice === 'resume') return interrupted
  await discardInterrupted(computer, interrupted)
  return undefined
}
/** Time to choose before the sequence resumes. */
const RESUME_SECONDS = 10

/** The sequence resumes in the installed system, although the computer started from the medium. */
async function startInstalledSystem(computer: Computer, { volume }: InterruptedSequence): Promise<Outcome> {
  computer.report.print('info', 'continuingInInstalledSystem')
  await computer.system.startNext('installedSystem', volume)
  return 'reboot'
}

/** Runs the sequence. A failure stays on the screen; an unattended computer restarts after the error timeout. */
async function deploy(
  computer: Computer,
  from: MediumSequence,
  resumed: Parameters<typeof runFromMedium>[2],
): Promise<Outcome> {
  const { system, report } = computer
  const { descriptor } = from.medium
  const end = await runFromMedium(computer, from, resumed).catch((error): SequenceResult => {
    report.log('error', 'the sequence cannot run', { stack: stackOf(error) })
    return { kind: 'failed', step: '', exitCode: 1, message: messageOf(error) }
  })
  if (end.kind === 'restart') {
    if (end.into === 'installedSystem') report.print('info', 'continuingInInstalledSystem')
    report.printStatus(`bootwright: restarting into ${end.into}`)
    await system.unmountAll()
    await system.startNext(end.into, end.volume)
    return 'reboot'
  }
  const name = String((from.sequence as { readonly name?: unknown }).name)
  await finishSequence(computer, end, { name, variables: from.variables, logs: report.logFolder() })
  await system.unmountAll()
  if (end.kind === 'succeeded') return await finish(computer, descriptor)
  const seconds = errorSeconds(report, from.variables)
  return await promptForChoice(computer, ['reboot', 'powerOff'], descriptor.debugShell, { choice: 'reboot', seconds })
}

const isOutcome = (value: unknown): value is Outcome => value === 'reboot' || value === 'powerOff'

interface FailurePolicy extends Partial<Pick<Descriptor, 'unattended' | 'debugShell'>> {
  /** Seconds that an unattended computer waits; evaluated after the attempt, which may change the variable. */
  readonly seconds?: () => number
  /** Prompts for network settings. */
  readonly repair?: () => Promise<void>
}

/**
 * Repeats an operation until it returns a result or the operator leaves. An operation without a result has printed the reason; a thrown
 * error is printed here.
 */
async function retryUntilDone<T>(
  computer: Computer,
  { unattended = false, debugShell = false, seconds = () => ERROR_SECONDS, repair }: FailurePolicy,
  step: () => Promise<T | undefined | false>,
): Promise<T | Outcome> {
  for (;;) {
    const result = await attempt(computer, step)
    if (result) return result
    const timeout = unattended ? { choice: 'reboot' as const, seconds: seconds() } : undefined
    const choices = ['retry', ...(repair ? (['network'] as const) : []), 'reboot', 'powerOff'] as const
    const choice = await promptForChoice(computer, choices, debugShell, timeout)
    if (choice === 'network') await repair?.()
    else if (choice !== 'retry') return choice
  }
}

async function attempt<T>(
  { report }: Computer,
  step: () => Promise<T | undefined | false>,
): Promise<T | undefined | false> {
  try {
    return await step()
  } catch (error) {
    report.log('error', 'an operation failed', { stack: stackOf(error) })
    report.print('error', 'operationFailed', { error: messageOf(error) })
    if (error instanceof AgentError) report.printStatus(`bootwright: failed ${error.code}`)
    return undefined
  }
}

async function introduce(
  { report, programs, firmware, commands }: Computer,
  { device, fileSystem, descriptor, signer, serial }: FoundMedium,
): Promise<void> {
  report.setLanguage(descriptor.language)
  report.log('info', 'medium found', { device: device.path, fileSystem, ...descriptor, signer, serial })
  const keyboard = await programs.run(commands.keyboard, [descriptor.keyboard])
  if (keyboard.exitCode !== 0) {
    const error = keyboard.output.trim() || `exit code ${keyboard.exitCode}`
    report.print('warn', 'keyboardNotSet', { name: descriptor.keyboard, error })
  }
  report.print('info', 'medium', descriptor)
  if (signer === undefined) report.print('warn', 'unsigned')
  else report.print('info', 'signed', { signer, serial })
  report.print('info', 'firmware', firmware)
  report.printStatus(`bootwright: agent ready on medium ${descriptor.id}`)
}

/** Prints which contents are present. A failure is not fatal: contents can be downloaded. */
async function printContentStates(computer: Computer, medium: FoundMedium): Promise<void> {
  const { report } = computer
  try {
    for (const { item, state } of await verifyContent(computer, medium)) {
      const { kind, name, version } = item
      report.print(state === 'valid' ? 'info' : 'warn', 'contentState', { kind, name, version, state })
      report.printStatus(`bootwright: content ${kind}/${name} ${state}`)
    }
  } catch (error) {
    report.log('error', 'the content cannot be verified', { stack: stackOf(error) })
    report.print('error', 'contentsUnreadable', { error: messageOf(error) })
  }
}

function printSummary(
  { report }: Computer,
  urls: readonly string[],
  management: 'dynamic' | 'site-based' | undefined,
  variables: Variables,
): void {
  if (urls.length === 0) report.print('warn', 'noManagementPoint')
  else if (management !== 'site-based') report.print('info', 'managementPoints', { urls })
  else report.print('info', 'managementPoint', { url: urls[0]! })
  report.print('info', 'environment', { lines: variables.list().map(showVariable) })
  for (const variable of variables.changes()) report.printStatus(`bootwright: environment ${showVariable(variable)}`)
  report.print('info', 'mediumCompleted')
  report.printStatus('bootwright: done')
}

/** An unattended computer is shut down: a restart would run the medium again. */
const finish = async (computer: Computer, { unattended, debugShell }: Descriptor): Promise<Outcome> =>
  unattended ? 'powerOff' : await promptForChoice(computer, ['reboot', 'powerOff'], debugShell)

async function promptForChoice<C extends Exclude<Choice, 'shell'>>(
  computer: Computer,
  choices: readonly C[],
  hasShell: boolean,
  timeout?: { readonly choice: C; readonly seconds: number },
): Promise<C> {
  const { terminal, report } = computer
  for (;;) {
    const offered: readonly (C | 'shell')[] = hasShell ? [...choices, 'shell'] : choices
    const choice = await choose({ terminal, messages: report.messages, choices: offered, timeout })
    report.log('info', 'chosen', { choice })
    if (choice !== 'shell') return choice
    report.print('info', 'shellStarted')
    const { paths, environment, commands } = computer
    await runInteractive(computer, { command: commands.shell, folder: paths.run, environment })
  }
}
