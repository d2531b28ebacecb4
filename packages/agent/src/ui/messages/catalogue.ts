import type { ContentKind } from '@bootwright/api'
import type { Descriptor } from '@bootwright/medium-format'
import type { Firmware } from '../../computer/firmware.ts'

export type Language = Descriptor['language']

/** A choice at a menu: the key that is typed, and what it does. */
export interface ChoiceText {
  readonly key: string
  readonly text: string
}

/** Every text for people. A language that lacks one does not compile. */
export interface Messages {
  firmware(firmware: Firmware): string
  searching(): string
  stillSearching(at: { seconds: number }): string
  mediumNotFound(found: { seconds: number; id: string | undefined; looked: readonly string[] }): string
  noDevices(): string
  deviceReading(device: { error: string }): string
  noFileSystem(): string
  mountFailed(mount: { fileSystem: string; error: string }): string
  noDescriptor(on: { fileSystem: string }): string
  badDescriptor(on: { fileSystem: string; error: string }): string
  otherMedium(on: { fileSystem: string; id: string }): string
  notTrusted(on: { fileSystem: string; error: string }): string
  mediumNotTrusted(on: { device: string; error: string }): string
  mediumAmbiguous(found: { devices: readonly string[] }): string
  signed(by: { signer: string; serial: number }): string
  unsigned(): string
  keyboardUnknown(keyboard: { name: string; error: string }): string
  medium(medium: { label: string; id: string; date: string; type: string }): string
  passwordPrompt(): string
  opening(): string
  wrongPassword(tries: { count: number; seconds: number }): string
  environmentUnreadable(reason: { error: string }): string
  prestartStarts(prestart: { command: string }): string
  prestartDone(): string
  prestartFailed(prestart: { exitCode: number | string; output: string }): string
  stepFailed(reason: { error: string }): string
  errorTimeoutInvalid(instead: { seconds: number }): string
  environmentLineRefused(line: { line: number; reason: string }): string
  contentChecking(content: { name: string }): string
  content(content: {
    kind: ContentKind
    name: string
    version: string | undefined
    state: 'valid' | 'stale' | 'missing'
  }): string
  contentUnknown(reason: { error: string }): string
  contactDynamic(points: { urls: readonly string[] }): string
  contactSiteBased(point: { url: string }): string
  contactNobody(): string
  askingPoint(point: { url: string }): string
  pointFailed(point: { url: string; error: string }): string
  pointRedirects(point: { url: string; urls: readonly string[] }): string
  redirectRefused(point: { url: string; urls: readonly string[] }): string
  clockSet(clock: { time: string }): string
  deploymentsOffered(deployments: { lines: readonly string[] }): string
  deploymentPrompt(deployments: { count: number }): string
  approvalAwaited(affinity: { users: string }): string
  downloadInterrupted(download: { error: string; seconds: number }): string
  environment(variables: { lines: readonly string[] }): string
  finished(): string
  sequenceStarts(sequence: { name: string }): string
  sequenceGoesOn(sequence: { name: string; step: string }): string
  stepStarts(step: { number: number; total: number; name: string }): string
  stepSays(step: { text: string }): string
  stepAgain(step: { error: string; seconds: number }): string
  stepExitCode(step: { exitCode: number }): string
  stepTookTooLong(step: { seconds: number }): string
  stepInterrupted(step: { count: number }): string
  sequenceStepFailed(step: { number: number; total: number; name: string; error: string }): string
  failureIgnored(step: { name: string }): string
  staging(content: { name: string }): string
  restartsIn(time: { seconds: number }): string
  sequenceSucceeded(sequence: { name: string }): string
  sequenceFailed(sequence: { name: string; step: string; exitCode: number; error: string; logs: string }): string
  stateUnusable(state: { volume: string; error: string }): string
  systemStarts(): string
  insertMedium(medium: { number: number; count: number; label: string }): string
  mediumInserted(medium: { number: number }): string
  otherMediumInserted(medium: { number: number | undefined; wanted: number }): string
  debuggerStops(step: { number: number; total: number; name: string }): string
  debuggerHelp(): string
  debuggerNoStep(step: { text: string; total: number }): string
  sequenceCancelled(): string
  unexpected(error: { error: string; log: string }): string
  choose(): string
  chooseWithin(time: { seconds: number; choice: string }): string
  again(): ChoiceText
  network(): ChoiceText
  addressPrompt(): string
  gatewayPrompt(): string
  dnsPrompt(): string
  proxyPrompt(): string
  networkInvalid(): string
  goOn(): ChoiceText
  startOver(): ChoiceText
  reboot(): ChoiceText
  powerOff(): ChoiceText
  shell(): ChoiceText
  shellStarts(): string
  rebooting(): string
  poweringOff(): string
}
export type MessageName = keyof Messages
/** The messages that are told, and not only part of others. */
export type TextName = { [N in MessageName]: ReturnType<Messages[N]> extends string ? N : never }[MessageName]
