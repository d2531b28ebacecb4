import type { ContentKind } from '@bootwright/api'
import type { Descriptor } from '@bootwright/medium-format'
import type { Firmware } from '../../computer/firmware.ts'

export type Language = Descriptor['language']

/** A menu entry: the key to type and the text beside it. */
export interface ChoiceText {
  readonly key: string
  readonly text: string
}

/** Every text that people see. A language that lacks one does not compile. */
export interface Messages {
  firmware(firmware: Firmware): string
  searchingMedium(): string
  stillSearching(at: { seconds: number }): string
  mediumNotFound(found: { seconds: number; id: string | undefined; searched: readonly string[] }): string
  noDevices(): string
  deviceUnreadable(device: { error: string }): string
  noFileSystem(): string
  mountFailed(mount: { fileSystem: string; error: string }): string
  noDescriptor(on: { fileSystem: string }): string
  descriptorInvalid(on: { fileSystem: string; error: string }): string
  otherMedium(on: { fileSystem: string; id: string }): string
  notTrusted(on: { fileSystem: string; error: string }): string
  mediumNotTrusted(on: { device: string; error: string }): string
  mediumAmbiguous(found: { devices: readonly string[] }): string
  signed(by: { signer: string; serial: number }): string
  unsigned(): string
  keyboardNotSet(keyboard: { name: string; error: string }): string
  medium(medium: { label: string; id: string; date: string; type: string }): string
  passwordPrompt(): string
  openingMedium(): string
  wrongPassword(tries: { count: number; seconds: number }): string
  environmentUnreadable(reason: { error: string }): string
  prestartStarted(prestart: { command: string }): string
  prestartSucceeded(): string
  prestartFailed(prestart: { exitCode: number | string; output: string }): string
  operationFailed(reason: { error: string }): string
  errorTimeoutInvalid(instead: { seconds: number }): string
  environmentLineRefused(line: { line: number; reason: string }): string
  verifyingContent(content: { name: string }): string
  contentState(content: {
    kind: ContentKind
    name: string
    version: string | undefined
    state: 'valid' | 'stale' | 'missing'
  }): string
  contentsUnreadable(reason: { error: string }): string
  managementPoints(points: { urls: readonly string[] }): string
  managementPoint(point: { url: string }): string
  noManagementPoint(): string
  contactingPoint(point: { url: string }): string
  managementPointFailed(point: { url: string; error: string }): string
  managementPointReferral(point: { url: string; urls: readonly string[] }): string
  referralIgnored(point: { url: string; urls: readonly string[] }): string
  clockSet(clock: { time: string }): string
  deploymentsOffered(deployments: { lines: readonly string[] }): string
  deploymentPrompt(deployments: { count: number }): string
  waitingForApproval(affinity: { users: string }): string
  downloadInterrupted(download: { error: string; seconds: number }): string
  environment(variables: { lines: readonly string[] }): string
  mediumCompleted(): string
  sequenceStarted(sequence: { name: string }): string
  sequenceResumed(sequence: { name: string; step: string }): string
  stepStarted(step: { number: number; total: number; name: string }): string
  stepMessage(step: { text: string }): string
  stepRetry(step: { error: string; seconds: number }): string
  stepExitCode(step: { exitCode: number }): string
  stepTimedOut(step: { seconds: number }): string
  stepInterrupted(step: { count: number }): string
  sequenceStepFailed(step: { number: number; total: number; name: string; error: string }): string
  continuingOnError(step: { name: string }): string
  copyingContent(content: { name: string }): string
  restartCountdown(time: { seconds: number }): string
  sequenceSucceeded(sequence: { name: string }): string
  sequenceFailed(sequence: { name: string; step: string; exitCode: number; error: string; logs: string }): string
  stateUnusable(state: { volume: string; error: string }): string
  continuingInInstalledSystem(): string
  insertMedium(medium: { number: number; count: number; label: string }): string
  mediumInserted(medium: { number: number }): string
  wrongMediumInserted(medium: { number: number | undefined; expected: number }): string
  debuggerStopped(step: { number: number; total: number; name: string }): string
  debuggerHelp(): string
  debuggerUnknownStep(step: { text: string; total: number }): string
  sequenceCancelled(): string
  unexpectedError(error: { error: string; log: string }): string
  choicePrompt(): string
  choicePromptWithTimeout(time: { seconds: number; choice: string }): string
  retry(): ChoiceText
  network(): ChoiceText
  addressPrompt(): string
  gatewayPrompt(): string
  dnsPrompt(): string
  proxyPrompt(): string
  networkInvalid(): string
  resume(): ChoiceText
  startOver(): ChoiceText
  reboot(): ChoiceText
  powerOff(): ChoiceText
  shell(): ChoiceText
  shellStarted(): string
  restarting(): string
  shuttingDown(): string
}
export type MessageName = keyof Messages
/** Messages that are printed as they are; the others are menu entries. */
export type TextName = { [N in MessageName]: ReturnType<Messages[N]> extends string ? N : never }[MessageName]
