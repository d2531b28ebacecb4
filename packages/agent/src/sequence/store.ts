import { chmod, mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { SequenceState, StateMarker } from './state.ts'
import { openState, sealState } from './state.ts'

/** Folder in the root of a volume; the established name. */
export const STATE_FOLDER = '_SMSTaskSequence'
/** The file that identifies the medium of the state. */
export const MARKER_PATH: string = `${STATE_FOLDER}/medium.json`

const files = (folder: string) => ({
  state: join(folder, 'state'),
  marker: join(folder, 'medium.json'),
  /** Only in the installed system, where nobody can enter a password. */
  key: join(folder, 'runtime/key'),
})

/** Writes the state atomically: after a power cut it is the new or the previous one. `folder` is the {@link STATE_FOLDER} of a volume. */
export async function writeState(folder: string, state: SequenceState, key: Uint8Array): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const { descriptor, environment } = state
  const marker: StateMarker = { formatVersion: 1, mediumId: descriptor.id, environment }
  await replace(files(folder).state, sealState(state, key))
  await replace(files(folder).marker, JSON.stringify(marker))
}

/** Reserves space on the volume for the last log entries; a full volume is ignored. */
export const reserve = (folder: string): Promise<void> =>
  writeFile(join(folder, RESERVE_NAME), Buffer.alloc(RESERVE)).catch(() => {})

export const readState = async (folder: string, key: Uint8Array): Promise<SequenceState> =>
  openState(await readFile(files(folder).state), key)

/** Bytes that are freed at the end, so that the log can be completed on a full volume. */
const RESERVE = 1 << 20
const RESERVE_NAME = 'reserve'
/** Copies of contents, working folders of steps, and reserved space. */
const TEMPORARY = ['Packages', 'Files', 'work', RESERVE_NAME] as const

/** Removes the state of an ended sequence. The logs stay. */
export async function removeState(folder: string): Promise<void> {
  for (const path of Object.values(files(folder))) await rm(path, { force: true })
  for (const name of TEMPORARY) await rm(join(folder, name), { recursive: true, force: true })
}

export const writeKey = async (folder: string, key: Uint8Array): Promise<void> => {
  await mkdir(dirname(files(folder).key), { recursive: true })
  await replace(files(folder).key, key)
}
export const readKey = (folder: string): Promise<Uint8Array> => readFile(files(folder).key)

async function replace(path: string, data: Uint8Array | string): Promise<void> {
  const unfinished = `${path}.new`
  await writeFile(unfinished, data, { mode: 0o600, flush: true })
  await chmod(unfinished, 0o600).catch(() => {})
  await rename(unfinished, path)
  // The folder contains the name and must be synced too. Windows has no such call.
  if (process.platform === 'win32') return
  const folder = await open(dirname(path))
  try {
    await folder.sync()
  } finally {
    await folder.close()
  }
}
