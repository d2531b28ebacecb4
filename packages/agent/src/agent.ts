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
import { refuseInvalid } from './medium/validity.ts'
import { type SequenceEnd, variablesOf } from './sequence/engine.ts'
import { finishSequence } from './sequence/finish.ts'
import { type Begun, type FromMedium, findBegun, forget, runFromMedium, stateOf } from './sequence/from-medium.ts'
import { deploymentFromSite } from './site/deployment.ts'
import { contacts } from './site/management-points.ts'
import type { Computer, Outcome } from './ui/computer.ts'
import { converseMasked } from './ui/converse-masked.ts'
import { type Choice, choose } from './ui/menu.ts'
import { askForNetwork } from './ui/network-dialog.ts'

/** Runs the medium from start to end. The order is: find, introduce, unlock, prestart, report. */
export async function runAgent(target: Computer): Promise<Outcome> {
  const medium = await untilDone(target, {}, () => findMedium({ ...target, id: target.mediumId }))
  if (isOutcome(medium)) return medium
  const { descriptor } = medium
  await introduce(target, medium)

  const validity = await untilDone(target, descriptor, async () => {
    refuseInvalid(descriptor, target.clock.now())
    return true
  })
  if (isOutcome(validity)) return validity
  const begun = await goOnOrStartOver(target, await findBegun(target, medium))
  if (begun?.environment === 'installedSystem') return await startInstalledSystem(target, begun)

  const unlocked = await untilDone(target, descriptor, () => unlock(target, medium))
  if (isOutcome(unlocked)) return unlocked
  const { environment, key } = unlocked
  const contentKey = environment.contentKey === undefined ? undefined : Buffer.from(environment.contentKey, 'base64')
  const state = await stateOf(target, { begun, key })
  const variables = state
    ? variablesOf(state, target.masker.add)
    : createVariables(environment.variables, target.masker.add)
  await using _server = await serveEnvironment(target.paths.environmentSocket, variables)

  if (environment.prestart && !state) {
    const { command } = environment.prestart
    const seconds = (): number => errorSeconds(target.report, variables)
    const hasSucceeded = await untilDone(target, { ...descriptor, seconds }, () =>
      runPrestart(target, medium.files, { command, contentKey }, variables),
    )
    if (isOutcome(hasSucceeded)) return hasSucceeded
  }
  const asked = await untilDone(target, descriptor, async () => state?.site?.network ?? networkSettings(variables))
  if (isOutcome(asked)) return asked
  useNetwork(target, asked)
  const from = { medium, key, contentKey, variables, begun }
  const sequence = state?.sequence ?? environment.taskSequence
  if (sequence !== undefined)
    return await deploy(target, { ...from, sequence }, state && begun && { state, volume: begun.volume })
  await tellContent(target, medium)
  const urls = contacts(environment, variables)
  summarize(target, urls, environment.management, variables)
  // Without a certificate no management point serves it.
  if (environment.certificate === undefined || urls.length === 0) return await finish(target, descriptor)
  const seconds = (): number => errorSeconds(target.report, variables)
  const { unattended } = descriptor
  let network = asked
  const repair = async (): Promise<void> => {
    network = await askForNetwork(target)
    useNetwork(target, network)
  }
  // Of a prestaged medium. It is verified when it is used.
  const isHere = async (sha256: string): Promise<boolean> =>
    (await locateFirst([medium.volume], contentBlobPath(sha256))) !== undefined
  const deployment = await untilDone(target, { ...descriptor, seconds, repair }, () =>
    deploymentFromSite(target, { urls, environment, variables, unattended, isHere, network }),
  )
  if (isOutcome(deployment)) return deployment
  return await deploy(target, { ...from, sequence: deployment.published.sequence, deployment }, undefined)
}

/** A proxy may have a password. */
function useNetwork({ masker, report, system }: Computer, { adapters, proxy }: NetworkSettings): void {
  const { host, password }: Partial<URL> = proxy === undefined ? {} : new URL(proxy)
  if (password) for (const each of [password, decodeURIComponent(password)]) masker.add(each)
  report.log('info', 'network settings', { adapters, proxy: host })
  system.useNetwork({ adapters, proxy })
}

/** Whether a sequence that was begun on this computer goes on; somebody who is there can have it start over. */
async function goOnOrStartOver(target: Computer, begun: Begun | undefined): Promise<Begun | undefined> {
  if (!begun) return undefined
  const { terminal, report } = target
  const otherwise = { choice: 'goOn' as const, seconds: GO_ON_SECONDS }
  const choice = await choose({ terminal, messages: report.messages, choices: ['goOn', 'startOver'], otherwise })
  report.log('info', 'a sequence was begun here', { ...begun, choice })
  if (choice === 'goOn') return begun
  await forget(target, begun)
  return undefined
}
/** How long somebody has to say that a sequence starts over. */
const GO_ON_SECONDS = 10

/** The medium was started although the system on the disk is to go on. */
async function startInstalledSystem(target: Computer, { volume }: Begun): Promise<Outcome> {
  target.report.tell('info', 'systemStarts')
  await target.system.startNext('installedSystem', volume)
  return 'reboot'
}

/** Runs the medium's sequence. What failed stays on the screen; an unattended computer restarts after a while. */
async function deploy(
  target: Computer,
  from: FromMedium,
  resumed: Parameters<typeof runFromMedium>[2],
): Promise<Outcome> {
  const { system, report } = target
  const { descriptor } = from.medium
  const end = await runFromMedium(target, from, resumed).catch((error): SequenceEnd => {
    report.log('error', 'the sequence cannot run', { stack: stackOf(error) })
    return { kind: 'failed', step: '', exitCode: 1, message: messageOf(error) }
  })
  if (end.kind === 'restart') {
    if (end.into === 'installedSystem') report.tell('info', 'systemStarts')
    report.state(`bootwright: restarting into ${end.into}`)
    await system.unmountAll()
    await system.startNext(end.into, end.volume)
    return 'reboot'
  }
  const name = String((from.sequence as { readonly name?: unknown }).name)
  await finishSequence(target, end, { name, variables: from.variables, logs: report.logs() })
  await system.unmountAll()
  if (end.kind === 'succeeded') return await finish(target, descriptor)
  const seconds = errorSeconds(report, from.variables)
  return await decide(target, ['reboot', 'powerOff'], descriptor.debugShell, { choice: 'reboot', seconds })
}

const isOutcome = (value: unknown): value is Outcome => value === 'reboot' || value === 'powerOff'

interface FailurePolicy extends Partial<Pick<Descriptor, 'unattended' | 'debugShell'>> {
  /** How long an unattended computer waits; asked after the step, which may have changed it. */
  readonly seconds?: () => number
  /** Asks for network settings. */
  readonly repair?: () => Promise<void>
}

/** Repeats a step until it has a result or somebody decides to leave. A step without one has told why, one that throws is told here. */
async function untilDone<T>(
  target: Computer,
  { unattended = false, debugShell = false, seconds = () => ERROR_SECONDS, repair }: FailurePolicy,
  step: () => Promise<T | undefined | false>,
): Promise<T | Outcome> {
  for (;;) {
    const result = await attempt(target, step)
    if (result) return result
    const otherwise = unattended ? { choice: 'reboot' as const, seconds: seconds() } : undefined
    const choices = ['again', ...(repair ? (['network'] as const) : []), 'reboot', 'powerOff'] as const
    const choice = await decide(target, choices, debugShell, otherwise)
    if (choice === 'network') await repair?.()
    else if (choice !== 'again') return choice
  }
}

async function attempt<T>(
  { report }: Computer,
  step: () => Promise<T | undefined | false>,
): Promise<T | undefined | false> {
  try {
    return await step()
  } catch (error) {
    report.log('error', 'a step failed', { stack: stackOf(error) })
    report.tell('error', 'stepFailed', { error: messageOf(error) })
    if (error instanceof AgentError) report.state(`bootwright: failed ${error.code}`)
    return undefined
  }
}

async function introduce(
  { report, programs, firmware, commands }: Computer,
  { device, fileSystem, descriptor, signer, serial }: FoundMedium,
): Promise<void> {
  report.speak(descriptor.language)
  report.log('info', 'medium found', { device: device.path, fileSystem, ...descriptor, signer, serial })
  const keyboard = await programs.run(commands.keyboard, [descriptor.keyboard])
  if (keyboard.exitCode !== 0) {
    const error = keyboard.output.trim() || `exit code ${keyboard.exitCode}`
    report.tell('warn', 'keyboardUnknown', { name: descriptor.keyboard, error })
  }
  report.tell('info', 'medium', descriptor)
  if (signer === undefined) report.tell('warn', 'unsigned')
  else report.tell('info', 'signed', { signer, serial })
  report.tell('info', 'firmware', firmware)
  report.state(`bootwright: agent ready on medium ${descriptor.id}`)
}

/** What need not be fetched. That it cannot be told stops nobody: all can be fetched. */
async function tellContent(target: Computer, medium: FoundMedium): Promise<void> {
  const { report } = target
  try {
    for (const { item, state } of await verifyContent(target, medium)) {
      const { kind, name, version } = item
      report.tell(state === 'valid' ? 'info' : 'warn', 'content', { kind, name, version, state })
      report.state(`bootwright: content ${kind}/${name} ${state}`)
    }
  } catch (error) {
    report.log('error', 'the content cannot be verified', { stack: stackOf(error) })
    report.tell('error', 'contentUnknown', { error: messageOf(error) })
  }
}

function summarize(
  { report }: Computer,
  urls: readonly string[],
  management: 'dynamic' | 'site-based' | undefined,
  variables: Variables,
): void {
  if (urls.length === 0) report.tell('warn', 'contactNobody')
  else if (management !== 'site-based') report.tell('info', 'contactDynamic', { urls })
  else report.tell('info', 'contactSiteBased', { url: urls[0]! })
  report.tell('info', 'environment', { lines: variables.list().map(showVariable) })
  for (const variable of variables.changes()) report.state(`bootwright: environment ${showVariable(variable)}`)
  report.tell('info', 'finished')
  report.state('bootwright: done')
}

/** An unattended computer has nothing more to do: it is switched off, because a restart would do it all again. */
const finish = async (target: Computer, { unattended, debugShell }: Descriptor): Promise<Outcome> =>
  unattended ? 'powerOff' : await decide(target, ['reboot', 'powerOff'], debugShell)

async function decide<C extends Exclude<Choice, 'shell'>>(
  target: Computer,
  choices: readonly C[],
  hasShell: boolean,
  otherwise?: { readonly choice: C; readonly seconds: number },
): Promise<C> {
  const { terminal, report } = target
  for (;;) {
    const offered: readonly (C | 'shell')[] = hasShell ? [...choices, 'shell'] : choices
    const choice = await choose({ terminal, messages: report.messages, choices: offered, otherwise })
    report.log('info', 'chosen', { choice })
    if (choice !== 'shell') return choice
    report.tell('info', 'shellStarts')
    const { paths, environment, commands } = target
    await converseMasked(target, { command: commands.shell, folder: paths.run, environment })
  }
}
