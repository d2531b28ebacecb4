import type { AgentProvider, BuildContext, CheckContext, Finding, MediaType, PinStore } from '@bootwright/api'
import { fromMemory } from '@bootwright/bytes'
import { addSteps, startedMedia } from '@bootwright/media-kit'
import { commandLines, PREPARE_COMMAND_PATH } from '@bootwright/medium-format'
import { type CompiledSequence, compiledStep } from '@bootwright/task-sequence'
import { type CaptureOptions, schema } from './options.ts'

/** Media that take an image of a reference computer. */
export function capture(keeper: PinStore, agent: AgentProvider): MediaType<CaptureOptions> {
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
      if (options.prepare) context.tree.set(PREPARE_COMMAND_PATH, { kind: 'file', content: fromMemory(GENERALISE) })
    },
  }
}

/** What Windows says of itself when sysprep has done its work (Windows Setup states, `ImageState`). */
const GENERALISED = 'IMAGE_STATE_GENERALIZE_RESEAL_TO_OOBE'
/** Started from the Windows that is to be captured: sysprep takes out of it what belongs to one computer alone, which only itself can. */
const GENERALISE = commandLines(
  '@echo off',
  'echo Windows is generalised; that takes some minutes.',
  '"%SystemRoot%\\System32\\Sysprep\\sysprep.exe" /generalize /oobe /quit /quiet',
  `findstr /c:"${GENERALISED}" "%SystemRoot%\\Setup\\State\\State.ini" >nul && exit /b 0`,
  'echo sysprep did not generalise this Windows; %SystemRoot%\\System32\\Sysprep\\Panther\\setuperr.log says why.',
  'exit /b 1',
)

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
      message: 'anyone with the medium can read the password of the share, because the medium has no password; add one',
    })
  if (!names('step').includes('captureOperatingSystemImage'))
    add([], "a capture medium uses the steps of '@bootwright/steps'; add it to plugins")
  if (platform === 'windows')
    add(['bootImage'], 'capture media need a Linux boot image, also to capture Windows; use bootImage: { linux: … }')
  const isNamed = Object.keys(variables).some(name => name.toLowerCase() === 'osdcapturedestination')
  if (unattended && !destination && !isNamed)
    add(['destination'], 'missing; an unattended medium cannot prompt for the destination')
  return findings
}
