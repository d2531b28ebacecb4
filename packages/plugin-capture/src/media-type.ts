import type { AgentProvider, BuildContext, CheckContext, Finding, Keeper, MediaType } from '@bootwright/api'
import { addSteps, startedMedia } from '@bootwright/media-type'
import { type CompiledSequence, compiledStep } from '@bootwright/task-sequence'
import { type CaptureOptions, schema } from './options.ts'

/** Media that take an image of a reference computer. */
export function capture(keeper: Keeper, agent: AgentProvider): MediaType<CaptureOptions> {
  const started = startedMedia(keeper, 'CaptureMedia')
  return {
    schema,
    canSpan: false,
    check: async context => [...(await started.check(context)), ...checkPossible(context)],
    prestart: started.prestart,
    async package(context) {
      const { options } = context.medium
      const taskSequence = sequenceOf(options, await revealed(context, options.destination))
      await addSteps(context, taskSequence, agent)
      await started.package(context, { taskSequence })
    },
  }
}

/** The destination as the step has it on the target computer: a secret is its text. */
async function revealed(context: BuildContext, destination: CaptureOptions['destination']): Promise<unknown> {
  if (!destination || !('share' in destination) || destination.password === undefined) return destination
  return { ...destination, password: { secret: (await context.secret(destination.password)).reveal() } }
}

/** The sequence that all capture media have. */
function sequenceOf(
  { image, overwrite, compression, prepare }: CaptureOptions,
  destination: unknown,
): CompiledSequence {
  return {
    formatVersion: 1,
    name: 'Capture',
    description: '',
    nodes: [
      ...(prepare ? [compiledStep('Prepare for Capture', 'prepareForCapture', { logs: true, sshKeys: true })] : []),
      compiledStep('Capture Operating System Image', 'captureOperatingSystemImage', {
        destination,
        ...image,
        overwrite,
        compression,
      }),
    ],
    catalogue: { applications: {}, packages: {} },
  }
}

function checkPossible({ medium, names, platform }: CheckContext<CaptureOptions>): readonly Finding[] {
  const findings: Finding[] = []
  const add = (path: readonly string[], message: string): unknown => findings.push({ severity: 'error', path, message })
  const { unattended, destination, variables, password } = medium.options
  if (destination && 'share' in destination && destination.password !== undefined && password === undefined)
    findings.push({
      severity: 'warning',
      path: ['password'],
      message:
        'whoever holds the medium can read the password of the share, because it has no password itself; add one',
    })
  if (!names('step').includes('captureOperatingSystemImage'))
    add([], "a capture medium uses the steps of '@bootwright/steps'; add it to plugins")
  if (platform === 'windows')
    add(['bootImage'], 'images are captured from a Linux boot image, of Windows too; use bootImage: { linux: … }')
  const isNamed = Object.keys(variables).some(name => name.toLowerCase() === 'osdcapturedestination')
  if (unattended && !destination && !isNamed)
    add(['destination'], 'missing; an unattended medium asks nobody where the image shall go')
  return findings
}
