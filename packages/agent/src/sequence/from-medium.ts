import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type ContentItem, contentBlobPath, STEPS_PATH } from '@bootwright/medium-format'
import { openSiteClient } from '@bootwright/site-protocol'
import { decodeSequence } from '@bootwright/task-sequence/run'
import { messageOf } from '../computer/errors.ts'
import type { BlockDevice, Volume } from '../computer/storage.ts'
import { contentItems, hasContents } from '../content/items.ts'
import { locateFirst } from '../content/locate.ts'
import { type CurrentVolume, openSet } from '../content/media-set.ts'
import { openVolumes } from '../content/volumes.ts'
import type { Variables } from '../environment/variables.ts'
import type { FoundMedium } from '../medium/find.ts'
import { blobSource } from '../site/blob-source.ts'
import type { SiteDeployment } from '../site/deployment.ts'
import type { SiteState } from '../site/site-state.ts'
import type { Computer } from '../ui/computer.ts'
import { runSequence, type SequenceResult, type SequenceRun } from './engine.ts'
import { importSteps, reportResumed } from './resume.ts'
import type { SequenceState, StateMarker } from './state.ts'
import { MARKER_PATH, readState, removeState, STATE_FOLDER } from './store.ts'

/** A sequence of this medium that was interrupted on this computer. */
export interface InterruptedSequence {
  readonly volume: string
  readonly environment: StateMarker['environment']
}

/** Finds the state of this medium's sequence on a disk, if there is one. */
export async function findInterrupted(
  { system, report }: Computer,
  medium: FoundMedium,
): Promise<InterruptedSequence | undefined> {
  try {
    for (const { volume, content } of await system.searchVolumes(MARKER_PATH, medium.device.path)) {
      const marker: StateMarker = JSON.parse(Buffer.from(content).toString())
      if (marker.formatVersion === 1 && marker.mediumId === medium.descriptor.id)
        return { volume, environment: marker.environment }
    }
  } catch (error) {
    report.log('warn', 'the disks cannot be searched for an interrupted sequence', { error: messageOf(error) })
  }
  return undefined
}

/** Removes the state, so that the sequence does not resume. */
export async function discardInterrupted({ system }: Computer, { volume }: InterruptedSequence): Promise<void> {
  await removeState(join(await system.mount(volume), STATE_FOLDER))
  await system.unmount(volume)
}

export interface MediumSequence {
  readonly medium: FoundMedium
  /** Compiled sequence of the medium or its site, not yet validated. */
  readonly sequence: unknown
  /** Present when the sequence came from a site. */
  readonly deployment?: SiteDeployment | undefined
  readonly key: Uint8Array
  /** Key of encrypted contents. */
  readonly contentKey: Uint8Array | undefined
  /** The variables of the state when the sequence resumes. */
  readonly variables: Variables
  readonly interrupted: InterruptedSequence | undefined
}

/** Reads the state on a disk. Undefined when it is unusable: a warning is printed, and the sequence starts over. */
export async function readInterruptedState(
  computer: Computer,
  { interrupted, key }: Pick<MediumSequence, 'interrupted' | 'key'>,
): Promise<SequenceState | undefined> {
  if (!interrupted) return undefined
  try {
    return await readState(join(await computer.system.mount(interrupted.volume), STATE_FOLDER), key)
  } catch (error) {
    computer.report.print('warn', 'stateUnusable', { volume: interrupted.volume, error: messageOf(error) })
    await computer.system.unmount(interrupted.volume)
    return undefined
  }
}

/** Runs the sequence of a medium or its site, from the start or from the interrupted step. */
export async function runFromMedium(
  computer: Computer,
  { medium, sequence: written, deployment, key, contentKey, variables }: MediumSequence,
  resumed: { readonly state: SequenceState; readonly volume: string } | undefined,
): Promise<SequenceResult> {
  const { report, system } = computer
  const current = { volume: medium.volume }
  await using volumes = mediumVolumes(computer, medium, current)
  const state: SequenceState = resumed?.state ?? {
    formatVersion: 1,
    descriptor: medium.descriptor,
    sequence: decodeSequence(written),
    next: 0,
    interruptions: 0,
    environment: 'bootImage',
    variables: variables.list(),
    contents: deployment?.published.contents ?? (await contentsOf(medium, volumes)),
    site: deployment?.site,
  }
  if (resumed) await reportResumed(computer, state, join(await system.mount(resumed.volume), STATE_FOLDER))
  else {
    report.print('info', 'sequenceStarted', { name: state.sequence.name })
    report.printStatus('bootwright: sequence started')
  }
  const stepsFile = join(computer.paths.run, 'steps.mjs')
  if (state.site) await downloadSteps(computer, state.site, stepsFile)
  else await copySteps(medium, stepsFile)
  return await runSequence({
    computer,
    state,
    key,
    contentKey,
    isDebuggable: medium.descriptor.debugShell,
    variables,
    steps: await importSteps(stepsFile),
    stepsFile,
    environment: 'bootImage',
    identity: await system.identity(),
    volumes: volumes.all,
    set: await openSet(computer, medium, current),
    older: state.site && olderFileOn(medium, volumes),
    medium: medium.device.path,
    volume: resumed?.volume,
  })
}

const contentsOf = async (medium: FoundMedium, volumes: MediumVolumes): Promise<readonly ContentItem[]> =>
  (await hasContents(medium)) ? await contentItems(await volumes.all(), medium.manifest) : []

/** Finds earlier versions of files on a prestaged medium. */
function olderFileOn(medium: FoundMedium, volumes: MediumVolumes): SequenceRun['older'] {
  let items: Promise<readonly ContentItem[]> | undefined
  return async ({ kind, name }, { path }) => {
    items ??= contentsOf(medium, volumes).catch(() => [])
    const file = (await items)
      .find(each => each.kind === kind && each.name === name)
      ?.files.find(each => each.path === path)
    return file && (await locateFirst(await volumes.all(), contentBlobPath(file.sha256)))
  }
}

/** Connects first: the computer may have restarted since the site was contacted. */
async function downloadSteps(computer: Computer, { steps, ...site }: SiteState, to: string): Promise<void> {
  await computer.system.connect()
  const { authorities, identity, network } = site
  using client = openSiteClient(site.managementPoint, { authorities, identity, proxy: network.proxy })
  const { distributionPoints } = site
  await blobSource({ computer, client, distributionPoints }).download(steps, to)
}

/** Bytes: the module with the programs of the steps. */
const STEPS_LIMIT = 64 << 20

async function copySteps({ files }: FoundMedium, to: string): Promise<void> {
  const data = await files.read(STEPS_PATH, STEPS_LIMIT)
  if (!data) throw new Error(`the file ${STEPS_PATH} of this medium is missing; build the medium again`)
  await writeFile(to, data, { mode: 0o600 })
}

interface MediumVolumes extends AsyncDisposable {
  all(): Promise<readonly Volume[]>
}

/**
 * The volume of the medium, and the other volumes of its disk, mounted on first use: a USB drive may store contents on a separate
 * partition.
 */
function mediumVolumes(computer: Computer, { device }: FoundMedium, current: CurrentVolume): MediumVolumes {
  const isBeside = (each: BlockDevice): boolean =>
    each.path !== device.path && each.disk === device.disk && each.path !== each.disk
  let others: Promise<readonly Volume[]> | undefined
  return {
    async all() {
      others ??= openVolumes(computer, isBeside)
      return [current.volume, ...(await others)]
    },
    async [Symbol.asyncDispose]() {
      for (const each of (await others) ?? []) await each.unmount()
    },
  }
}
