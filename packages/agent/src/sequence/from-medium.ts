import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { StepProgram } from '@bootwright/api'
import { CONTENT_INDEX_PATH, readContent, STEPS_PATH } from '@bootwright/medium'
import { decodeSequence } from '@bootwright/task-sequence/run'
import type { Variables } from '../environment/variables.ts'
import { messageOf } from '../errors.ts'
import { mediumFiles } from '../medium/files.ts'
import type { FoundMedium } from '../medium/find.ts'
import { fileSystemsOf, SIGNATURE_LENGTH } from '../medium/signature.ts'
import type { Volume } from '../medium/storage.ts'
import type { Target } from '../target.ts'
import { runSequence, type SequenceEnd } from './engine.ts'
import { type CurrentVolume, openSet } from './media-set.ts'
import type { SequenceState, StateMarker } from './state.ts'
import { MARKER_PATH, readState, removeState, STATE_FOLDER } from './store.ts'

/** A sequence of this medium that was begun on this computer. */
export interface Begun {
  readonly volume: string
  readonly environment: StateMarker['environment']
}

/** The volume with the state of this medium's sequence, if there is one. */
export async function findBegun({ system, report }: Target, medium: FoundMedium): Promise<Begun | undefined> {
  try {
    for (const { volume, content } of await system.searchVolumes(MARKER_PATH, medium.device.path)) {
      const marker: StateMarker = JSON.parse(Buffer.from(content).toString())
      if (marker.formatVersion === 1 && marker.mediumId === medium.descriptor.id)
        return { volume, environment: marker.environment }
    }
  } catch (error) {
    report.log('warn', 'the disks cannot be searched for a sequence that was begun', { error: messageOf(error) })
  }
  return undefined
}

/** Nothing of it is to go on. */
export async function forget({ system }: Target, { volume }: Begun): Promise<void> {
  await removeState(join(await system.mount(volume), STATE_FOLDER))
  await system.unmount(volume)
}

export interface FromMedium {
  readonly medium: FoundMedium
  /** As the medium has it. */
  readonly sequence: unknown
  readonly key: Uint8Array
  /** Those of the state, when it goes on. */
  readonly variables: Variables
  readonly begun: Begun | undefined
}

/** The state that was left on a disk. Undefined when it cannot be used, which is told: then the sequence starts over. */
export async function stateOf(
  target: Target,
  { begun, key }: Pick<FromMedium, 'begun' | 'key'>,
): Promise<SequenceState | undefined> {
  if (!begun) return undefined
  try {
    return await readState(join(await target.system.mount(begun.volume), STATE_FOLDER), key)
  } catch (error) {
    target.report.tell('warn', 'stateUnusable', { volume: begun.volume, error: messageOf(error) })
    await target.system.unmount(begun.volume)
    return undefined
  }
}

/** Runs the sequence of a medium, from its start or from where it was interrupted. */
export async function runFromMedium(
  target: Target,
  { medium, sequence: written, key, variables }: FromMedium,
  resumed: { readonly state: SequenceState; readonly volume: string } | undefined,
): Promise<SequenceEnd> {
  const { report, system } = target
  const current = { volume: medium.volume }
  await using volumes = mediumVolumes(target, medium, current)
  const sequence = decodeSequence(written)
  const state: SequenceState = resumed?.state ?? {
    formatVersion: 1,
    descriptor: medium.descriptor,
    sequence,
    next: 0,
    interruptions: 0,
    environment: 'bootImage',
    variables: variables.list(),
    contents: await contentsOn(medium, volumes),
  }
  const step = state.sequence.nodes[state.next]?.name ?? ''
  if (resumed) report.tell('info', 'sequenceGoesOn', { name: sequence.name, step })
  else report.tell('info', 'sequenceStarts', { name: sequence.name })
  report.state(`bootwright: sequence ${resumed ? 'resumed' : 'started'}`)
  if (resumed) await report.keepLogsIn(join(await system.mount(resumed.volume), STATE_FOLDER, 'Logs'))
  const stepsFile = join(target.paths.run, 'steps.mjs')
  await copySteps(medium, stepsFile)
  return await runSequence({
    target,
    state,
    key,
    variables,
    steps: await importSteps(stepsFile),
    stepsFile,
    environment: 'bootImage',
    identity: await system.identity(),
    volumes: volumes.all,
    set: await openSet(target, medium, current),
    medium: medium.device.path,
    volume: resumed?.volume,
  })
}

/** Bytes: the programs of the steps. */
const STEPS_LIMIT = 64 << 20

async function copySteps({ files }: FoundMedium, to: string): Promise<void> {
  const data = await files.read(STEPS_PATH, STEPS_LIMIT)
  if (!data) throw new Error(`the file ${STEPS_PATH} is missing; make the medium again`)
  await writeFile(to, data, { mode: 0o600 })
}

export async function importSteps(file: string): Promise<Readonly<Record<string, StepProgram>>> {
  const module: { readonly default: Readonly<Record<string, StepProgram>> } = await import(pathToFileURL(file).href)
  return module.default
}

interface MediumVolumes extends AsyncDisposable {
  all(): Promise<readonly Volume[]>
}

/** The volume of the medium, and the others on the same disk once they are needed: a stick may have its contents on a partition of their own. */
function mediumVolumes({ storage, report }: Target, { device }: FoundMedium, current: CurrentVolume): MediumVolumes {
  let others: Promise<readonly Volume[]> | undefined
  const open = async (): Promise<readonly Volume[]> => {
    const found: Volume[] = []
    for (const each of await storage.devices()) {
      if (each.path === device.path || each.disk !== device.disk || each.path === each.disk) continue
      try {
        const [fileSystem] = fileSystemsOf(await storage.head(each, SIGNATURE_LENGTH))
        if (fileSystem) found.push(await storage.mount(each, fileSystem))
      } catch (error) {
        report.log('info', 'a volume is not searched for content', { device: each.path, error: messageOf(error) })
      }
    }
    return found
  }
  return {
    async all() {
      others ??= open()
      return [current.volume, ...(await others)]
    },
    async [Symbol.asyncDispose]() {
      for (const each of (await others) ?? []) await each.unmount()
    },
  }
}

async function contentsOn({ manifest }: FoundMedium, volumes: MediumVolumes) {
  if (manifest && !manifest.files.some(({ path }) => path === CONTENT_INDEX_PATH)) return []
  const all = await volumes.all()
  return await readContent(async (path, limit) => {
    for (const volume of all) {
      const data = await mediumFiles(volume, manifest)
        .read(path, limit)
        .catch(() => undefined)
      if (data) return data
    }
    return undefined
  })
}
