import type { RunEnvironment } from '@bootwright/api'
import type { CompiledNode } from '@bootwright/task-sequence/run'
import type { Identity } from '../computer/system.ts'
import type { Variables } from '../environment/variables.ts'
import type { Computer } from '../ui/computer.ts'
import type { Restart } from './context.ts'
import type { SequenceState } from './state.ts'
import type { StepResult } from './step-run.ts'

export interface BuiltInSources {
  readonly computer: Pick<Computer, 'firmware'>
  readonly state: SequenceState
  readonly variables: Variables
  readonly environment: RunEnvironment
  readonly identity: Identity
}

/** Sets the `_SMSTS…` variables that are known from the start. */
export function setBuiltInVariables({ computer, state, variables, environment, identity }: BuiltInSources): void {
  const { firmware } = computer
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
    _SMSTSDefaultGateways: identity.defaultGateways.join(','),
    _SMSTSMachineName: state.variables.find(({ name }) => name === 'OSDComputerName')?.value ?? '',
  }
  for (const [name, value] of Object.entries(set)) variables.setUnchecked(name, value)
}

/** Sets the variables about the last step. */
export function setLastAction(variables: Variables, { name }: CompiledNode, end: StepResult): void {
  variables.setUnchecked('_SMSTSLastActionName', name)
  variables.setUnchecked('_SMSTSLastActionRetCode', String(end.exitCode))
  variables.setUnchecked('_SMSTSLastActionSucceeded', String(end.kind === 'succeeded'))
}

/** The restart that a step requested, or a script by `SMSTSRebootRequested`. */
export function requestedRestart(
  variables: Variables,
  end: StepResult,
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
